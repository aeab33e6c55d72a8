import Canonical
import Quantities
import VenueKit

extension RelayConfiguration {
  /// The optional part `relay` of a genesis document: `chainID`, addresses of the contracts (`router`,
  /// `subaccountRouter`, `spender`, `relayer`, `markets` and `tokens` by name), the symbol of `wrappedNative`, and
  /// `relayFee` in its smallest units. Rule GMX-209.
  init(_ part: GenesisObject, _ roster: GMXRoster) throws(GenesisError) {
    try part.only([
      "chainID", "router", "subaccountRouter", "spender", "relayer", "markets", "tokens", "wrappedNative", "relayFee",
    ])
    let standard = RelayConfiguration()
    var chain = standard.chainID
    if let value = part["chainID"] {
      guard let number = value.uint64 else { throw GenesisError(part.place("chainID"), "must be a number") }
      chain = number
    }
    var native = standard.wrappedNative
    if let value = part["wrappedNative"] {
      guard let token = value.string.flatMap({ roster.token(named: $0) }) else {
        throw GenesisError(part.place("wrappedNative"), "must be a known token")
      }
      native = token.token
    }
    self.init(
      chainID: chain, router: try part.address("router") ?? standard.router,
      subaccountRouter: try part.address("subaccountRouter") ?? standard.subaccountRouter,
      spender: try part.address("spender") ?? standard.spender, wrappedNative: native,
      relayFee: part["relayFee"] == nil ? .zero : try part.decimal("relayFee", scale: 0),
      relayer: try part.address("relayer") ?? standard.relayer,
      markets: try Self.entries(part, "markets") { roster.market(named: $0)?.record.market },
      tokens: try Self.entries(part, "tokens") { roster.token(named: $0)?.token })
  }

  private static func entries(
    _ part: GenesisObject, _ key: String, number: (String) -> UInt16?
  ) throws(GenesisError) -> [Entry] {
    guard let object = try part.optional(key) else { return [] }
    var entries: [Entry] = []
    for member in object.members {
      guard let number = number(member.key) else { throw GenesisError(object.place(member.key), "is not known") }
      guard let address = try object.address(member.key), address != .zero else { continue }
      if entries.contains(where: { $0.address == address }) {
        throw GenesisError(object.place(member.key), "has the address of another")
      }
      entries.append(Entry(address, number))
    }
    return entries
  }
}

extension GenesisObject {
  /// Twenty bytes in hexadecimal, or nothing where the key is missing.
  func address(_ key: String) throws(GenesisError) -> Address? {
    guard let value = self[key] else { return nil }
    guard let address = value.string.flatMap({ Address(hex: $0) }) else {
      throw GenesisError(place(key), "must be an address")
    }
    return address
  }
}
