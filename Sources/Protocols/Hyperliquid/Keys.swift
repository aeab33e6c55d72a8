import Canonical
import Ledger
import StateStore

/// State keys by name: room prefix, table id (two bytes, big-endian), then the key's fields.
extension HyperliquidState {
  /// `account 0x..`, `balance 0x..`, `position 0x../BTC`, `isolated 0x../BTC`, `leverage 0x../BTC`, `order 17`,
  /// `trigger 17`, `vault-share 0x..`, `agent 0x..`, `nonces 0x..`, `market BTC`, `price BTC`, `funding BTC`,
  /// `counter 5`, `liquidation 0x..`.
  func stateKey(kind: String, argument: String, prefix: UInt8) -> [UInt8]? {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, parts.count <= 2 else { return nil }
    let second = parts.count == 2 ? parts[1] : nil
    let asset = parameters.market(named: second ?? first)?.asset
    let address = Address(hex: first)
    let number = address.flatMap { account($0) }
    func key(_ table: TableID, _ fields: some TableKey) -> [UInt8] {
      var bytes = [prefix, UInt8(table.rawValue >> 8), UInt8(table.rawValue & 255)]
      fields.encodeKey(into: &bytes)
      return bytes
    }
    switch kind {
    case "account": return address.map { key(accounts.id, $0) }
    case "balance":
      return address.map { key(ledger.balances.id, LedgerKey(LedgerAccount($0, Purpose.cross), asset: Purpose.usdc)) }
    case "isolated":
      guard let address, let asset else { return nil }
      return key(
        ledger.balances.id, LedgerKey(LedgerAccount(address, Purpose.isolated(asset)), asset: Purpose.usdc))
    case "position":
      guard let number, let asset else { return nil }
      return key(positions.id, Pair(number, asset))
    case "leverage":
      guard let number, let asset else { return nil }
      return key(leverages.id, Pair(number, asset))
    case "order": return UInt64(first).map { key(orders.id, $0) }
    case "trigger": return UInt64(first).map { key(triggers.id, $0) }
    case "vault-share": return address.map { key(shares.id, Pair(parameters.vault.address, $0)) }
    case "agent": return address.map { key(agents.id, $0) }
    case "nonces": return address.map { key(nonces.id, $0) }
    case "market": return asset.map { key(markets.id, $0) }
    case "price": return asset.map { key(prices.id, $0) }
    case "funding": return asset.map { key(fundings.id, $0) }
    case "counter": return UInt16(first).map { key(counters.id, $0) }
    case "liquidation": return number.map { key(liquidations.id, $0) }
    default: return nil
    }
  }
}
