import Canonical
import Quantities
import StateStore

/// State keys by name: room prefix, table id (two bytes, big-endian), then the key's fields. Rule GMX-129.
extension GMXState {
  /// `market BTC`, `balance 0x../USDC`, `position 0x../BTC/USDC/long`, `order 17`, `price BTC`, `supply BTC`,
  /// `deposit 17` (so `withdrawal`, `shift`, `glv-deposit`, `glv-withdrawal`, `glv-shift`), `glv WETH-USDC`,
  /// `glv-supply WETH-USDC`, `glv-share 0x../WETH-USDC`, `vault-share 0x../BTC`, `nonce 0x..`, `account 0x..`,
  /// `flow USDC`, `counter 5`, `role 0x../1`, and `setting` and `amount` with `NAME/market/token/flag/number/account`, parts that do not apply left empty.
  func stateKey(kind: String, argument: String, prefix: UInt8) -> [UInt8]? {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    func key(_ table: TableID, _ fields: some TableKey) -> [UInt8] {
      var bytes = [prefix, UInt8(table.rawValue >> 8), UInt8(table.rawValue & 255)]
      fields.encodeKey(into: &bytes)
      return bytes
    }
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    let address = Address(hex: part(0))
    let market = roster.market(named: part(0))?.record.market
    let token = roster.token(named: part(0))?.token
    switch kind {
    case "market": return market.map { key(markets.id, $0) }
    case "supply": return market.map { key(supplies.id, $0) }
    case "price": return token.map { key(prices.id, $0) }
    case "flow": return token.map { key(tokenFlows.id, $0) }
    case "order": return UInt64(part(0)).map { key(orders.id, $0) }
    case "deposit": return UInt64(part(0)).map { key(deposits.id, $0) }
    case "withdrawal": return UInt64(part(0)).map { key(withdrawals.id, $0) }
    case "shift": return UInt64(part(0)).map { key(shifts.id, $0) }
    case "glv-deposit": return UInt64(part(0)).map { key(glvDeposits.id, $0) }
    case "glv-withdrawal": return UInt64(part(0)).map { key(glvWithdrawals.id, $0) }
    case "glv-shift": return UInt64(part(0)).map { key(glvShifts.id, $0) }
    case "glv": return roster.glv(named: part(0)).map { key(glvs.id, $0) }
    case "glv-supply": return roster.glv(named: part(0)).map { key(glvSupplies.id, $0) }
    case "glv-share":
      guard let address, let glv = roster.glv(named: part(1)) else { return nil }
      return key(balances.id, Pair(address, glv.glvToken))
    case "nonce": return address.map { key(nonces.id, $0) }
    case "account": return address.map { key(accountFlows.id, $0) }
    case "counter": return UInt16(part(0)).map { key(counters.id, $0) }
    case "role":
      guard let address, let role = UInt8(part(1)) else { return nil }
      return key(roles.id, Pair(address, role))
    case "balance":
      guard let address, let token = roster.token(named: part(1))?.token else { return nil }
      return key(balances.id, Pair(address, token))
    case "vault-share":
      guard let address, let market = roster.market(named: part(1))?.record.market else { return nil }
      return key(balances.id, Pair(address, market.token))
    case "position":
      guard let address, let market = roster.market(named: part(1))?.record.market,
        let token = roster.token(named: part(2))?.token, ["long", "short"].contains(part(3))
      else { return nil }
      return key(
        positions.id,
        PositionKey(account: address, market: market, collateralToken: token, isLong: part(3) == "long"))
    case "setting", "amount":
      guard let place = storeKey(parts), let shape = StoreKind.shapes.first(where: { $0.kind == place.kind }) else {
        return nil
      }
      guard (shape.scope == .amount) == (kind == "amount") else { return nil }
      return key(kind == "amount" ? amounts.id : settings.id, place)
    default: return nil
    }
  }

  private func storeKey(_ parts: [String]) -> StoreKey? {
    guard let name = parts.first, parts.count <= 6, let kind = StoreKind.shapes.first(where: { $0.name == name })?.kind
    else { return nil }
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    var key = StoreKey(kind)
    if !part(1).isEmpty {
      guard let scope = roster.market(named: part(1))?.record.market ?? UInt16(part(1)) else { return nil }
      key.scope = scope
    }
    if !part(2).isEmpty {
      guard let token = roster.token(named: part(2))?.token else { return nil }
      key.token = token
    }
    if !part(3).isEmpty {
      guard ["true", "false"].contains(part(3)) else { return nil }
      key.flag = part(3) == "true"
    }
    if !part(4).isEmpty {
      guard let number = UInt64(part(4)) else { return nil }
      key.number = number
    }
    if !part(5).isEmpty {
      guard let account = Address(hex: part(5)) else { return nil }
      key.account = account
    }
    return key
  }
}
