import Canonical
import Ledger
import StateStore

/// State keys by name: room prefix, table id (two bytes, big-endian), then the key's fields.
extension DYDXState {
  /// `account ADDRESS/0`, `bank ADDRESS`, `order ADDRESS/CLIENT/FLAGS/PAIR`, `fill` likewise, `market BTC`, `price BTC`,
  /// `perpetual BTC`, `pair BTC`, `stats ADDRESS`, `counter 5`. Addresses are hexadecimal or Bech32.
  func stateKey(kind: String, argument: String, prefix: UInt8) -> [UInt8]? {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first else { return nil }
    let address = Address(hex: first) ?? Bech32Owner.address(first)
    let number = { (place: Int) -> UInt32? in place < parts.count ? UInt32(parts[place]) : nil }
    func key(_ table: TableID, _ fields: some TableKey) -> [UInt8] {
      var bytes = [prefix, UInt8(table.rawValue >> 8), UInt8(table.rawValue & 255)]
      fields.encodeKey(into: &bytes)
      return bytes
    }
    let perpetual = perpetual(named: first)
    switch kind {
    case "account": return address.map { key(subaccounts.id, Subaccount($0, number(1) ?? 0)) }
    case "bank": return address.map { key(ledger.balances.id, LedgerKey(Purse.bank($0), asset: Purse.dollar)) }
    case "order", "fill":
      guard let address, let client = number(1), let flags = number(2), let pair = number(3) else { return nil }
      let order = OrderKey(Subaccount(address), clientID: client, flags: flags, pair: pair)
      return key(kind == "fill" ? fills.id : orders.id, order)
    case "stats": return address.map { key(stats.id, $0) }
    case "market": return perpetual.flatMap { perpetuals[$0] }.map { key(markets.id, $0.market) }
    case "price": return perpetual.flatMap { perpetuals[$0] }.map { key(prices.id, $0.market) }
    case "perpetual": return perpetual.map { key(infos.id, $0) }
    case "pair": return perpetual.flatMap { pair(ofPerpetual: $0) }.map { key(pairs.id, $0.id) }
    case "counter": return UInt16(first).map { key(counters.id, $0) }
    default: return nil
    }
  }
}
