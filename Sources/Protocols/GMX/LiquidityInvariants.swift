import Canonical
import Quantities
import StateStore

// What must be true of waiting liquidity and of vaults over markets. Rule GMX-149.
extension StateInvariants {
  /// What the vaults of requests hold is what the waiting requests brought.
  static func waiting(_ state: GMXState) -> Breach? {
    let vaults = [Holder.depositVault, Holder.withdrawalVault, Holder.shiftVault, Holder.glvVault]
    var missing: [[TokenID: Int256]] = vaults.map { _ in [:] }  // lookup only
    func count<Request: LiquidityRequest>(_ table: Table<UInt64, Waiting<Request>>) {
      guard let place = vaults.firstIndex(of: Request.vault) else { return }
      table.forEachSorted { _, record in
        for part in record.request.brought {
          missing[place][part.token] = (missing[place][part.token] ?? .zero) &+ Int256(bitPattern: part.amount)
        }
      }
    }
    count(state.deposits)
    count(state.withdrawals)
    count(state.shifts)
    count(state.glvDeposits)
    count(state.glvWithdrawals)
    state.balances.forEachSorted { key, balance in
      guard let place = vaults.firstIndex(of: key.first) else { return }
      missing[place][key.second] = (missing[place][key.second] ?? .zero) &- balance
    }
    for (place, vault) in vaults.enumerated() {
      for token in missing[place].keys.sorted() {
        guard let difference = missing[place][token], !difference.isZero else { continue }
        return Breach(
          invariant: "waitingLiquidity", site: "vault \(vault), token \(token)", detail: "\(difference) is missing")
      }
    }
    return nil
  }

  /// A vault over markets counts what it holds, and holds tokens of its markets only.
  static func holdings(_ state: GMXState) -> Breach? {
    for id in state.glvs.sortedKeys() {
      let markets = state.glvs[id]?.markets ?? []
      for market in markets {
        let counted = state.glvMarketTokens(id, market)
        let held = state.balance(of: Holder.glv(id), market.token)
        if held.isNegative || held.magnitude != counted {
          return Breach(
            invariant: "glvHoldings", site: "vault \(id), market \(market)", detail: "\(counted) counted, \(held) held")
        }
      }
      var stray: TokenID?
      state.balances.forEachSorted { key, _ in
        if key.first == Holder.glv(id), !markets.contains(where: { $0.token == key.second }) { stray = key.second }
      }
      if let stray {
        return Breach(invariant: "glvHoldings", site: "vault \(id)", detail: "token \(stray) is not of its markets")
      }
    }
    return nil
  }

  /// Vault tokens held are vault tokens minted.
  static func vaultSupplies(_ state: GMXState) -> Breach? {
    var held: [TokenID: Int256] = [:]  // lookup only
    state.balances.forEachSorted { key, value in
      if key.second >= GMXState.glvTokenBase { held[key.second] = (held[key.second] ?? .zero) &+ value }
    }
    for id in state.glvs.sortedKeys() {
      let sum = held[id.glvToken] ?? .zero
      let supply = state.glvSupplies[id] ?? .zero
      if sum.isNegative || sum.magnitude != supply {
        return Breach(invariant: "glvSupply", site: "vault \(id)", detail: "\(sum) held of \(supply)")
      }
    }
    return nil
  }
}
