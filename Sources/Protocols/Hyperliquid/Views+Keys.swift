import Canonical
import Ledger
import StateStore

extension HyperliquidState {
  /// Names of `stateKey`, with the form of their argument.
  static let stateKeyKinds: [(kind: String, argument: String)] = [
    ("account", "ADDRESS"), ("flow", "ADDRESS"), ("balance", "ADDRESS[:MARKET], house:PURPOSE"), ("nonce", "ADDRESS:NONCE"),
    ("agent", "ADDRESS"), ("position", "ADDRESS:MARKET"), ("leverage", "ADDRESS:MARKET"), ("order", "OID"),
    ("trigger", "OID"), ("cloid", "ADDRESS:0x32 digits"), ("schedule", "ADDRESS"), ("liquidation", "ADDRESS"),
    ("market", "MARKET"), ("price", "MARKET"), ("premium", "MARKET"), ("funding", "MARKET"),
    ("vault-share", "ADDRESS"), ("counter", "NUMBER"), ("supply", ""),
  ]

  /// The full key of a record, whether or not there is one (absence can be proved too); nil when the kind is not known
  /// or the argument names nothing. A position, like all records by account number, needs a known account.
  func stateKey(kind: String, argument: String) -> [UInt8]? {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let first = parts[0]
    let second = parts.count == 2 ? parts[1] : nil
    switch kind {
    case "order": return second == nil ? UInt64(first).map { key(orders, $0) } : nil
    case "trigger": return second == nil ? UInt64(first).map { key(triggers, $0) } : nil
    case "counter": return second == nil ? UInt16(first).map { key(counters, $0) } : nil
    case "supply": return argument.isEmpty ? key(ledger.supply, Purpose.usdc) : nil
    case "market", "price", "premium", "funding":
      guard second == nil, let market = parameters.market(named: first) else { return nil }
      return marketKey(kind, market.asset)
    case "balance" where first == "house":
      return second.flatMap { housePurpose($0) }.map { balanceKey(.zero, $0) }
    default:
      guard let address = Address(hex: first) else { return nil }
      return addressKey(kind, address, second)
    }
  }

  private func marketKey(_ kind: String, _ asset: AssetID) -> [UInt8] {
    switch kind {
    case "market": key(markets, asset)
    case "price": key(prices, asset)
    case "premium": key(premiums, asset)
    default: key(fundings, asset)
    }
  }

  private func addressKey(_ kind: String, _ address: Address, _ second: String?) -> [UInt8]? {
    switch (kind, second) {
    case ("account", nil): return key(accounts, address)
    case ("agent", nil): return key(agents, address)
    case ("vault-share", nil): return key(shares, Pair(parameters.vault.address, address))
    case ("balance", nil): return balanceKey(address, Purpose.cross.rawValue)
    case ("balance", let symbol?):
      return parameters.market(named: symbol).map { balanceKey(address, Purpose.isolated($0.asset).rawValue) }
    case ("nonce", let text?): return UInt64(text).map { key(nonces, Pair(address, $0)) }
    default:
      guard let account = account(address) else { return nil }
      return accountKey(kind, account, second)
    }
  }

  private func accountKey(_ kind: String, _ account: AccountID, _ second: String?) -> [UInt8]? {
    switch (kind, second) {
    case ("flow", nil): return key(flows, account)
    case ("schedule", nil): return key(scheduledCancels, account)
    case ("liquidation", nil): return key(liquidations, account)
    case ("position", let symbol?):
      return parameters.market(named: symbol).map { key(positions, Pair(account, $0.asset)) }
    case ("leverage", let symbol?):
      return parameters.market(named: symbol).map { key(leverages, Pair(account, $0.asset)) }
    case ("cloid", let text?):
      let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
      guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
        let low = UInt64(digits.suffix(16), radix: 16)
      else { return nil }
      return key(cloids, Triple(account, high, low))
    default: return nil
    }
  }

  private func housePurpose(_ name: String) -> UInt32? {
    switch name {
    case "funding": Purpose.funding.rawValue
    case "fees": Purpose.fees.rawValue
    case "bridge": Purpose.bridgeFees.rawValue
    case "deficit": Purpose.deficit.rawValue
    default: nil
    }
  }

  private func balanceKey(_ owner: Address, _ purpose: UInt32) -> [UInt8] {
    key(ledger.balances, LedgerKey(owner: owner, asset: Purpose.usdc, purpose: purpose))
  }

  /// Room prefix, table id, then the record's own key, all big-endian.
  private func key<Key, Record>(_ table: Table<Key, Record>, _ key: Key) -> [UInt8] {
    let id = table.id.rawValue
    var bytes = [HyperliquidVenue.description.keyPrefix, UInt8(id >> 8), UInt8(id & 0xFF)]
    key.encodeKey(into: &bytes)
    return bytes
  }
}
