import Canonical
import Quantities
import StateStore
import VenueKit

/// What must be true of every committed state. Rule GMX-163.
extension GMXVenue {
  public static let invariants: [Invariant<GMXState>] =
    StateInvariants.all.map { rule in
      Invariant(rule.name, rule.sentence, cost: rule.cost) { state, _ in
        rule.check(state).map { Violation(invariant: rule.name, site: $0.site, detail: $0.detail) }
      }
    } + [
      Invariant(
        "tokensConserved", "For every token, balances add up to what was brought in less what was taken out.",
        cost: .full
      ) { state, _ in state.conservationBreach() },
      Invariant(
        "valueConserved", "The summary's lines add up to the value of what was brought in and not taken out.",
        cost: .full
      ) { state, _ in
        let held = state.valueByHolder().reduce(Int256.zero) { $0 &+ $1.usd }
        let flows = state.valueOfFlows()
        return held == flows
          ? nil : Violation(invariant: "valueConserved", site: "holders", detail: "\(held) held of \(flows)")
      },
      Invariant(
        "vaultBacked", "The order vault holds the tokens of waiting orders and the fees of their keepers.", cost: .full
      ) { state, _ in state.vaultBreach() },
      Invariant("derivedMatchesTables", "Everything derived is what the tables rebuild.", cost: .full) { state, _ in
        var rebuilt = state
        rebuilt.rebuildDerived()
        return state.derived.difference(rebuilt.derived).map {
          Violation(invariant: "derivedMatchesTables", site: $0, detail: "differs from what the tables rebuild")
        }
      },
    ]
}

/// The contracts' own invariants. Each check names the first place where it does not hold.
public enum StateInvariants {
  public struct Breach: Sendable, Equatable {
    public var invariant: String
    public var site: String
    public var detail: String
  }

  struct Rule: Sendable {
    let name: String
    let sentence: String
    let cost: InvariantCost
    let check: @Sendable (GMXState) -> (site: String, detail: String)?
  }

  public static func check(_ state: GMXState) -> Breach? {
    for rule in all {
      if let found = rule.check(state) {
        return Breach(invariant: rule.name, site: found.site, detail: found.detail)
      }
    }
    return nil
  }

  static let all: [Rule] = [
    Rule(
      name: "openInterest",
      sentence: "Open interest is the sum of positions' sizes; it may keep rests of closed positions.", cost: .full
    ) { state in PositionSums(state).openInterestBreach(state) },
    Rule(
      name: "sums", sentence: "Open interest in tokens and collateral sums are the sums over positions.", cost: .full
    ) { state in PositionSums(state).exactBreach(state) },
    Rule(
      name: "pendingImpact", sentence: "A market's waiting impact is the sum of its positions'.", cost: .full
    ) { state in PositionSums(state).impactBreach(state) },
    Rule(
      name: "totalBorrowing", sentence: "The borrowing sum is at least that of the positions.", cost: .full
    ) { state in PositionSums(state).borrowingBreach(state) },
    Rule(
      name: "claims", sentence: "Claims of accounts add up to the market's, and nobody took more than was his.",
      cost: .full
    ) { state in claims(state) },
    Rule(
      name: "bank",
      sentence: "A market's bank holds its pool with all that is claimable, its collateral, and its funding claims.",
      cost: .small
    ) { state in banks(state) },
    Rule(
      name: "lending", sentence: "Nothing is lent while the impact pool has something.", cost: .small
    ) { state in lending(state) },
    Rule(
      name: "supply", sentence: "Market tokens held are market tokens minted.", cost: .full
    ) { state in supplies(state) },
    Rule(
      name: "waitingLiquidity", sentence: "The vaults of requests hold what waiting requests brought.", cost: .full
    ) { state in waiting(state).map { ($0.site, $0.detail) } },
    Rule(
      name: "glvHoldings", sentence: "A vault over markets counts what it holds, tokens of its markets only.",
      cost: .full
    ) { state in holdings(state).map { ($0.site, $0.detail) } },
    Rule(
      name: "glvSupply", sentence: "Vault tokens held are vault tokens minted.", cost: .full
    ) { state in vaultSupplies(state).map { ($0.site, $0.detail) } },
    Rule(
      name: "firstGeneration",
      sentence: "The first vault's sums are those of its positions, and it holds what it owes.",
      cost: .full
    ) { state in V1Invariants.check(state).map { ("\($0.invariant): \($0.site)", $0.detail) } },
  ]

  private static func claims(_ state: GMXState) -> (site: String, detail: String)? {
    var sums: [StoreKey: Int256] = [:]  // lookup only
    var breach: (site: String, detail: String)?
    state.amounts.forEachSorted { key, value in
      let amount = Int256(exactly: value) ?? .max
      switch key.kind {
      case .claimableFundingAmount, .claimableUIFeeAmount, .affiliateReward, .claimableCollateralAmount:
        if key.account == .zero && key.number == 0 { return }
        sums[StoreKey(key.kind, key.scope, token: key.token), default: .zero] =
          (sums[StoreKey(key.kind, key.scope, token: key.token)] ?? .zero) &+ amount
      case .claimedCollateralAmount:
        let place = StoreKey(.claimableCollateralAmount, key.scope, token: key.token)
        sums[place, default: .zero] = (sums[place] ?? .zero) &- amount
        var owed = key
        owed.kind = .claimableCollateralAmount
        if state.amount(owed) < value { breach = ("\(key)", "\(value) taken of \(state.amount(owed))") }
      default: return
      }
    }
    if let breach { return breach }
    for (id, market) in state.marketsInOrder {
      for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
        for kind in [
          StoreKind.claimableFundingAmount, .claimableUIFeeAmount, .affiliateReward, .claimableCollateralAmount,
        ] {
          let key = StoreKey(kind, id, token: token)
          let own = sums[key] ?? .zero
          let kept = Int256(exactly: state.amount(key)) ?? .max
          if own != kept { return ("\(key)", "\(kept) kept, \(own) of accounts") }
        }
      }
    }
    return nil
  }

  /// The three lower bounds of a market's bank.
  private static func banks(_ state: GMXState) -> (site: String, detail: String)? {
    for (id, market) in state.marketsInOrder {
      for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
        let balance = state.balance(of: Holder.market(id), token)
        for (name, bound) in state.bankBounds(market, token) {
          if balance.isNegative || balance.magnitude < bound {
            return ("market \(id), token \(token), \(name)", "\(balance) is less than \(bound)")
          }
        }
      }
    }
    return nil
  }

  private static func lending(_ state: GMXState) -> (site: String, detail: String)? {
    for (id, _) in state.marketsInOrder {
      let lent = state.amount(.lentPositionImpactPoolAmount, id)
      let pool = state.amount(.positionImpactPoolAmount, id)
      if !lent.isZero, !pool.isZero { return ("market \(id)", "lent \(lent) beside \(pool)") }
    }
    return nil
  }

  private static func supplies(_ state: GMXState) -> (site: String, detail: String)? {
    var held: [TokenID: Int256] = [:]  // lookup only
    state.balances.forEachSorted { key, value in held[key.second] = (held[key.second] ?? .zero) &+ value }
    for (id, _) in state.marketsInOrder {
      let sum = held[GMXState.marketTokenBase + id] ?? .zero
      let supply = state.supplies[id] ?? .zero
      if sum.isNegative || sum.magnitude != supply { return ("market \(id)", "\(sum) held of \(supply)") }
    }
    return nil
  }
}

/// Sums over all positions.
private struct PositionSums {
  private var sizes: [StoreKey: UInt256] = [:]  // lookup only
  private var impacts: [MarketID: Int256] = [:]  // lookup only
  private var borrowing: [StoreKey: UInt256] = [:]  // lookup only

  init(_ state: GMXState) {
    state.positions.forEachSorted { key, record in
      for (kind, value) in [
        (StoreKind.openInterest, record.sizeInUsd), (.openInterestInTokens, record.sizeInTokens),
        (.collateralSum, record.collateralAmount),
      ] {
        let place = StoreKey(kind, key.market, token: key.collateralToken, flag: key.isLong)
        sizes[place] = (sizes[place] ?? .zero) &+ value
      }
      impacts[key.market] = (impacts[key.market] ?? .zero) &+ record.pendingImpactAmount
      let place = StoreKey(.totalBorrowing, key.market, flag: key.isLong)
      let owed = (try? Exact.apply(record.sizeInUsd, record.borrowingFactor)) ?? .zero
      borrowing[place] = (borrowing[place] ?? .zero) &+ owed
    }
  }

  private func places(_ state: GMXState, _ kinds: [StoreKind]) -> [StoreKey] {
    state.marketsInOrder.flatMap { id, market in
      kinds.flatMap { kind in
        [market.longToken, market.shortToken].flatMap { token in
          [true, false].map { StoreKey(kind, id, token: token, flag: $0) }
        }
      }
    }
  }

  func openInterestBreach(_ state: GMXState) -> (site: String, detail: String)? {
    for place in places(state, [.openInterest]) where state.amount(place) < sizes[place] ?? .zero {
      return ("\(place)", "\(state.amount(place)) is less than \(sizes[place] ?? .zero)")
    }
    return nil
  }

  func exactBreach(_ state: GMXState) -> (site: String, detail: String)? {
    for place in places(state, [.openInterestInTokens, .collateralSum])
    where state.amount(place) != sizes[place] ?? .zero {
      return ("\(place)", "\(state.amount(place)) is not \(sizes[place] ?? .zero)")
    }
    return nil
  }

  func impactBreach(_ state: GMXState) -> (site: String, detail: String)? {
    for (id, _) in state.marketsInOrder {
      let own = impacts[id] ?? .zero
      let kept = state.signedAmount(StoreKey(.totalPendingImpactAmount, id))
      if own != kept { return ("market \(id)", "\(kept) is not \(own)") }
    }
    return nil
  }

  func borrowingBreach(_ state: GMXState) -> (site: String, detail: String)? {
    for (id, _) in state.marketsInOrder {
      for isLong in [true, false] {
        let place = StoreKey(.totalBorrowing, id, flag: isLong)
        let kept = state.amount(place)
        let sum = borrowing[place] ?? .zero
        if kept < sum { return ("market \(id)", "\(kept) is less than \(sum)") }
      }
    }
    return nil
  }
}

extension GMXState {
  var marketsInOrder: [(MarketID, MarketRecord)] {
    markets.sortedKeys().compactMap { key in markets[key].map { (key, $0) } }
  }

  /// What a market's bank must hold of a token, by the three comparisons of the contracts.
  func bankBounds(_ market: MarketRecord, _ token: TokenID) -> [(name: String, bound: UInt256)] {
    let id = market.market
    var owed = UInt256.zero
    for kind in [
      StoreKind.poolAmount, .swapImpactPoolAmount, .claimableCollateralAmount, .claimableFeeAmount,
      .claimableUIFeeAmount, .affiliateReward,
    ] { owed = owed &+ amount(kind, id, token: token) }
    let collateral =
      amount(.collateralSum, id, token: token, flag: true) &+ amount(.collateralSum, id, token: token, flag: false)
    return [
      ("pool", owed), ("collateral", collateral),
      ("claimableFunding", amount(.claimableFundingAmount, id, token: token)),
    ]
  }

  fileprivate func conservationBreach() -> Violation? {
    var held: [TokenID: Int256] = [:]  // lookup only
    balances.forEachSorted { key, value in held[key.second] = (held[key.second] ?? .zero) &+ value }
    for token in roster.tokens {
      let flow = tokenFlows[token.token] ?? FlowRecord()
      let brought = Int256(bitPattern: flow.deposits &- flow.withdrawals)
      let sum = held[token.token] ?? .zero
      if sum != brought {
        return Violation(invariant: "tokensConserved", site: token.symbol, detail: "\(sum) held of \(brought)")
      }
    }
    return nil
  }

  fileprivate func vaultBreach() -> Violation? {
    var owed: [TokenID: UInt256] = [:]  // lookup only
    orders.forEachSorted { _, order in
      if order.orderType.isDecrease { return }
      owed[order.initialCollateralToken] =
        (owed[order.initialCollateralToken] ?? .zero) &+ order.initialCollateralDeltaAmount
    }
    executionFees.forEachSorted { _, fee in owed[fee.token] = (owed[fee.token] ?? .zero) &+ fee.amount }
    for token in roster.tokens {
      let held = balance(of: Holder.orderVault, token.token)
      let bound = owed[token.token] ?? .zero
      if held.isNegative || held.magnitude < bound {
        return Violation(invariant: "vaultBacked", site: token.symbol, detail: "\(held) is less than \(bound)")
      }
    }
    return nil
  }
}
