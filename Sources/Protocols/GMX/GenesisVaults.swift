import Canonical
import Quantities
import VenueKit

// Vaults over markets in a genesis document. Rule GMX-140.
extension GMXGenesis {
  /// `glvs` {name: {markets: [names], settings}}: markets share their two tokens; settings under the contracts' names,
  /// those of one market with its name as argument.
  mutating func read(glvs object: GenesisObject) throws(GenesisError) {
    for member in object.members {
      let vault = try GenesisObject(member.value, object.place(member.key))
      try vault.only(["markets", "settings"])
      guard roster.glvs.count < 1_000, !member.key.isEmpty, member.key.utf8.count <= 32 else {
        throw GenesisError(vault.path, "must be one of at most 1000 vaults, with a name of 1 to 32 letters")
      }
      roster.glvs.append(GLVDescription(name: member.key, record: try record(of: vault)))
      let id = GLVID(roster.glvs.count)
      for setting in try vault.optional("settings")?.members ?? [] {
        try read(setting, ofGLV: id, path: vault.place("settings"))
      }
    }
  }

  private func record(of vault: GenesisObject) throws(GenesisError) -> GLVRecord {
    let place = vault.place("markets")
    var record: GLVRecord?
    for element in vault["markets"]?.array ?? [] {
      guard let market = element.string.flatMap({ roster.market(named: $0) })?.record else {
        throw GenesisError(place, "must be names of markets")
      }
      var known = record ?? GLVRecord(longToken: market.longToken, shortToken: market.shortToken)
      guard known.longToken == market.longToken, known.shortToken == market.shortToken else {
        throw GenesisError(place, "must have the same long and short tokens")
      }
      guard !known.markets.contains(market.market) else { throw GenesisError(place, "names a market twice") }
      known.markets.append(market.market)
      record = known
    }
    guard let record else { throw GenesisError(place, "must name a market") }
    return record
  }

  /// `GLV_MAX_MARKET_TOKEN_BALANCE_USD/ETH`: a name of the contracts and a market.
  private mutating func read(_ member: JSONMember, ofGLV glv: GLVID, path: String) throws(GenesisError) {
    let place = "\(path).\(member.key)"
    let parts = member.key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let shapes = StoreKind.shapes.filter { $0.scope == .vaultSetting }
    guard let shape = shapes.first(where: { $0.name == parts[0] }) else {
      throw GenesisError.unknown(member.key, in: path, known: shapes.map(\.name))
    }
    guard shape.arguments.count == parts.count - 1 else {
      throw GenesisError(place, "needs \(shape.arguments.count) arguments")
    }
    var key = StoreKey(shape.kind, glv)
    if parts.count == 2 {
      guard let market = roster.market(named: parts[1])?.record.market else {
        throw GenesisError(place, "must name a market")
      }
      key.number = UInt64(market)
    }
    guard let value = member.value.string.flatMap({ UInt256($0) }) else {
      throw GenesisError(place, "must be a whole number as text")
    }
    settings.append((key, value))
  }

  /// Where a vault's setting stands in the document.
  func vaultPath(of key: StoreKey, _ shape: StoreKindShape) -> String {
    let market = shape.arguments.isEmpty ? "" : "/" + roster.marketName(MarketID(truncatingIfNeeded: key.number))
    return "glvs.\(roster.glvName(key.scope)).settings.\(shape.name)\(market)"
  }
}
