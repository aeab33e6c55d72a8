import Agents
import VenueKit

/// How a group of people came out of a run on one venue; money in the common scale.
struct GroupResult: Sendable {
  var group: String
  var role: Role
  var people = 0
  /// People left with less than a hundredth of what they brought.
  var ruined = 0
  var deposits: Int128 = 0
  var withdrawals: Int128 = 0
  /// Value of the accounts at mark.
  var equity: Int128 = 0
  /// Value of the shares in pools.
  var provided: Int128 = 0

  init(group: String, role: Role) {
    self.group = group
    self.role = role
  }

  /// What is left of the money brought.
  var left: Int128 { Money.sum(equity, provided) }
  var profit: Int128 { Money.sum(Money.sum(left, withdrawals), -deposits) }
}

/// Who gained what others lost on one venue. People are taken one by one from their accounts, the venue's own purses from
/// its ledger; nothing is made up as a remainder, so the sum is zero only if every unit is told once.
struct MoneyTable: Sendable {
  struct Line: Sendable {
    var name: String
    var amount: Int128
  }

  /// Every group's result, in name order.
  var groups: [GroupResult]
  /// What the pools hold beyond the shares of the people of this run.
  var poolRemainder: Int128
  /// The venue's own purses: each began with nothing, so what is in it is its result.
  var venue: [Line]

  init(groups: [GroupResult], summary: VenueSummary) {
    self.groups = groups
    let pools = summary.balances.filter { $0.holder == .pools }.reduce(Int128(0)) { Money.sum($0, $1.amount) }
    poolRemainder = Money.sum(pools, -groups.reduce(Int128(0)) { Money.sum($0, $1.provided) })
    venue = summary.balances.filter { $0.holder == .venue }.map { Line(name: $0.name, amount: $0.amount) }
  }

  var peopleResult: Int128 { groups.reduce(0) { Money.sum($0, $1.profit) } }
  var venueResult: Int128 { venue.reduce(0) { Money.sum($0, $1.amount) } }

  /// All results together: zero, to the last unit, when the venue's accounts and its ledger tell the same story.
  var gap: Int128 { Money.sum(Money.sum(peopleResult, venueResult), poolRemainder) }
}
