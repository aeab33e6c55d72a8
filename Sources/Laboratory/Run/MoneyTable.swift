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

  mutating func add(_ account: AccountView) {
    people += 1
    deposits = Money.sum(deposits, account.deposits)
    withdrawals = Money.sum(withdrawals, account.withdrawals)
    equity = Money.sum(equity, account.equity)
    provided = Money.sum(provided, account.provided)
    if account.deposits > 0 && account.equity + account.provided < account.deposits / 100 { ruined += 1 }
  }
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
  /// What is not of this run's people: those whose money the venue began with, what the pools hold beyond everybody's
  /// shares, and the venue's own purses.
  var others: [Line]

  static let foundersName = "first liquidity of the venue"
  static let remainderName = "pools beyond all shares"

  init(groups: [GroupResult], founders: [AccountView], summary: VenueSummary) {
    self.groups = groups
    var rest = summary.balances.filter { $0.holder == .pools }.reduce(Int128(0)) { Money.sum($0, $1.amount) }
    for provided in groups.map(\.provided) + founders.map(\.provided) { rest = Money.sum(rest, -provided) }
    var lines: [Line] = []
    if !founders.isEmpty {
      let results = founders.map {
        Money.sum(Money.sum($0.equity, $0.provided), Money.sum($0.withdrawals, -$0.deposits))
      }
      lines.append(Line(name: Self.foundersName, amount: results.reduce(0, Money.sum)))
    }
    lines.append(Line(name: Self.remainderName, amount: rest))
    for balance in summary.balances where balance.holder == .venue {
      if let index = lines.firstIndex(where: { $0.name == balance.name }) {
        lines[index].amount = Money.sum(lines[index].amount, balance.amount)
      } else {
        lines.append(Line(name: balance.name, amount: balance.amount))
      }
    }
    others = lines
  }

  var peopleResult: Int128 { groups.reduce(0) { Money.sum($0, $1.profit) } }
  private var othersResult: Int128 { others.reduce(0) { Money.sum($0, $1.amount) } }

  /// All results together: zero, to the last unit, when the venue's accounts and its ledger tell the same story.
  var gap: Int128 { Money.sum(peopleResult, othersResult) }

  /// The others' results since `start`, when what the venue began with had come in and nobody had traded. The sum stays
  /// the same where the lines of then added up to nothing.
  func since(_ start: MoneyTable) -> MoneyTable {
    guard start.othersResult == 0 else { return self }
    var result = self
    for index in result.others.indices {
      let before = start.others.first { $0.name == result.others[index].name }?.amount ?? 0
      result.others[index].amount = Money.sum(result.others[index].amount, -before)
    }
    return result
  }
}
