import Canonical
import Quantities
import StateStore

/// What must be true of the vault after every action. Rule GMX-173.
public enum V1Invariants {
  public static func check(_ state: GMXState) -> StateInvariants.Breach? {
    if state.v1SettingsTable.isEmpty { return nil }
    return sums(state) ?? reserves(state) ?? banks(state) ?? router(state) ?? shares(state)
  }

  private static func breach(_ invariant: String, _ token: TokenID, _ detail: String) -> StateInvariants.Breach {
    StateInvariants.Breach(invariant: invariant, site: "v1, token \(token)", detail: detail)
  }

  /// Sums over positions equal the vault's own: size less collateral of longs, sizes of shorts, reserves.
  private static func sums(_ state: GMXState) -> StateInvariants.Breach? {
    for token in state.v1Tokens.sortedKeys() {
      var guaranteed = UInt256.zero
      var shorts = UInt256.zero
      var reserved = UInt256.zero
      state.v1Positions.forEachSorted { key, position in
        if key.isLong, key.collateralToken == token {
          guaranteed = guaranteed &+ position.size &- position.collateral
        }
        if !key.isLong, key.indexToken == token { shorts = shorts &+ position.size }
        if key.collateralToken == token { reserved = reserved &+ position.reserveAmount }
      }
      let pool = state.v1Pool(token)
      if pool.guaranteedUsd != guaranteed {
        return breach("v1GuaranteedUsd", token, "\(pool.guaranteedUsd) is not \(guaranteed)")
      }
      if pool.globalShortSize != shorts {
        return breach("v1GlobalShortSize", token, "\(pool.globalShortSize) is not \(shorts)")
      }
      if pool.reservedAmount != reserved {
        return breach("v1ReservedAmount", token, "\(pool.reservedAmount) is not \(reserved)")
      }
    }
    return nil
  }

  private static func reserves(_ state: GMXState) -> StateInvariants.Breach? {
    for token in state.v1Tokens.sortedKeys() {
      let pool = state.v1Pool(token)
      if pool.reservedAmount > pool.poolAmount {
        return breach("v1Reserve", token, "\(pool.reservedAmount) reserved of \(pool.poolAmount)")
      }
    }
    return nil
  }

  /// The vault holds the pool and the fees; liquidations of shorts may have booked fees that nobody paid. Collateral of
  /// shorts is kept in dollars, so that only tokens that count as one dollar are sure to cover it.
  private static func banks(_ state: GMXState) -> StateInvariants.Breach? {
    for token in state.v1Tokens.sortedKeys() {
      guard let terms = state.v1Tokens[token], !terms.isStable || terms.isStrictStable else { continue }
      let pool = state.v1Pool(token)
      let owed = pool.poolAmount &+ pool.feeReserve
      let held = state.balance(of: Holder.v1Vault, token)
      let covered = held.magnitude &+ pool.uncoveredFees
      if held.isNegative || covered < owed { return breach("v1Bank", token, "\(held) is less than \(owed)") }
    }
    return nil
  }

  /// The router holds what waits and the deposit fees, nothing else.
  private static func router(_ state: GMXState) -> StateInvariants.Breach? {
    for token in state.v1Tokens.sortedKeys() {
      var owed = state.v1Pool(token).depositFeeReserve
      state.v1Requests.forEachSorted { _, record in
        if record.request.path.first == token { owed = owed &+ record.request.amountIn }
      }
      let held = state.balance(of: Holder.v1Router, token)
      if held.isNegative || held.magnitude != owed { return breach("v1Router", token, "\(held) is not \(owed)") }
    }
    return nil
  }

  private static func shares(_ state: GMXState) -> StateInvariants.Breach? {
    var held = Int256.zero
    state.balances.forEachSorted { key, value in
      if key.second == GMXState.glpToken { held = held &+ value }
    }
    let supply = state.v1Total.glpSupply
    if held.isNegative || held.magnitude != supply {
      return breach("v1Shares", GMXState.glpToken, "\(held) held of \(supply)")
    }
    return nil
  }
}
