import Canonical
import Quantities
import StateStore

/// What must be true of the vault after every action. Rule GMX-173.
public enum V1Invariants {
  typealias Finding = (site: String, detail: String)

  public static func check(_ state: GMXState) -> StateInvariants.Breach? {
    for rule in rules {
      if let found = rule.check(state) {
        return StateInvariants.Breach(invariant: rule.name, site: found.site, detail: found.detail)
      }
    }
    return nil
  }

  static let rules: [StateInvariants.Rule] = [
    StateInvariants.Rule(
      name: "v1GuaranteedUsd", sentence: "Guaranteed dollars are the sizes of longs less their collateral.", cost: .full
    ) { state in
      sum(state, kept: \.guaranteedUsd) { key, position, token in
        key.isLong && key.collateralToken == token ? position.size &- position.collateral : .zero
      }
    },
    StateInvariants.Rule(
      name: "v1GlobalShortSize", sentence: "The global size of shorts is the sum of theirs.", cost: .full
    ) { state in
      sum(state, kept: \.globalShortSize) { key, position, token in
        !key.isLong && key.indexToken == token ? position.size : .zero
      }
    },
    StateInvariants.Rule(
      name: "v1ReservedAmount", sentence: "What is reserved is the sum of positions' reserves.", cost: .full
    ) { state in
      sum(state, kept: \.reservedAmount) { key, position, token in
        key.collateralToken == token ? position.reserveAmount : .zero
      }
    },
    StateInvariants.Rule(
      name: "v1Reserve", sentence: "Every pool of the vault is at least what is reserved of it.", cost: .small
    ) { state in
      first(state) { token, pool in
        pool.reservedAmount > pool.poolAmount ? "\(pool.reservedAmount) reserved of \(pool.poolAmount)" : nil
      }
    },
    StateInvariants.Rule(
      name: "v1Bank",
      sentence: "The vault holds its pools and fees, but for fees that liquidations of shorts booked uncovered.",
      cost: .small
    ) { state in banks(state) },
    StateInvariants.Rule(
      name: "v1Router", sentence: "The router holds what waits and the deposit fees, nothing else.", cost: .full
    ) { state in router(state) },
    StateInvariants.Rule(
      name: "v1Shares", sentence: "Shares held are shares made.", cost: .full
    ) { state in shares(state) },
  ]

  private static func first(
    _ state: GMXState, _ body: (TokenID, V1Pool) -> String?
  ) -> Finding? {
    for token in state.v1Tokens.sortedKeys() {
      if let detail = body(token, state.v1Pool(token)) { return ("v1, token \(token)", detail) }
    }
    return nil
  }

  private static func sum(
    _ state: GMXState, kept: KeyPath<V1Pool, UInt256>, part: (V1PositionKey, V1Position, TokenID) -> UInt256
  ) -> Finding? {
    first(state) { token, pool in
      var total = UInt256.zero
      state.v1Positions.forEachSorted { key, position in total = total &+ part(key, position, token) }
      return pool[keyPath: kept] == total ? nil : "\(pool[keyPath: kept]) is not \(total)"
    }
  }

  /// Collateral of shorts is kept in dollars, so that only tokens that count as one dollar are sure to cover it.
  private static func banks(_ state: GMXState) -> Finding? {
    first(state) { token, pool in
      guard let terms = state.v1Tokens[token], !terms.isStable || terms.isStrictStable else { return nil }
      let owed = pool.poolAmount &+ pool.feeReserve
      let held = state.balance(of: Holder.v1Vault, token)
      let covered = held.magnitude &+ pool.uncoveredFees
      return held.isNegative || covered < owed ? "\(held) is less than \(owed)" : nil
    }
  }

  private static func router(_ state: GMXState) -> Finding? {
    first(state) { token, pool in
      var owed = pool.depositFeeReserve
      state.v1Requests.forEachSorted { _, record in
        if record.request.path.first == token { owed = owed &+ record.request.amountIn }
      }
      let held = state.balance(of: Holder.v1Router, token)
      return held.isNegative || held.magnitude != owed ? "\(held) is not \(owed)" : nil
    }
  }

  private static func shares(_ state: GMXState) -> Finding? {
    var held = Int256.zero
    state.balances.forEachSorted { key, value in
      if key.second == GMXState.glpToken { held = held &+ value }
    }
    let supply = state.v1Total.glpSupply
    return held.isNegative || held.magnitude != supply ? ("v1", "\(held) held of \(supply)") : nil
  }
}
