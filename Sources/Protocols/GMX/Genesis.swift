import Canonical
import Quantities
import VenueKit

/// A token of the venue: its symbol and the decimals of its smallest unit.
public struct TokenDescription: Sendable, Equatable {
  public var token: TokenID
  public var symbol: String
  public var decimals: UInt8
}

/// A genesis document, read strictly: `tokens` {symbol: decimals}, `settings` of the venue and `markets` with theirs,
/// settings under the contracts' names; `v1` for the first generation's vault. Unknown keys are errors.
public struct GMXGenesis: Sendable {
  public private(set) var tokens: [TokenDescription] = []
  public private(set) var markets: [(name: String, record: MarketRecord)] = []
  /// The first generation's vault, where the venue has one.
  public private(set) var v1: V1Genesis?
  private var settings: [(key: StoreKey, value: UInt256)] = []

  public init(_ document: JSONValue) throws(GenesisError) {
    for member in try Self.members(document, "genesis") {
      guard ["source", "tokens", "settings", "markets", "v1"].contains(member.key) else {
        throw GenesisError(member.key, "is not known")
      }
    }
    for member in try Self.members(document["tokens"] ?? .null, "tokens") {
      guard let decimals = member.value.uint64, decimals <= 30, tokens.count < 1_000 else {
        throw GenesisError("tokens.\(member.key)", "must be a number of decimals up to 30")
      }
      tokens.append(
        TokenDescription(token: TokenID(tokens.count + 1), symbol: member.key, decimals: UInt8(decimals)))
    }
    for member in try Self.members(document["settings"] ?? .null, "settings") {
      try read(member, path: "settings", market: nil)
    }
    for member in try Self.members(document["markets"] ?? .null, "markets") { try read(market: member) }
    guard !markets.isEmpty else { throw GenesisError("markets", "must hold a market") }
    if let part = document["v1"] { v1 = try V1Genesis(part, tokens: tokens) }
  }

  /// Tables at height zero.
  public func state() -> GMXState {
    var state = GMXState()
    for market in markets { state.markets.set(market.record.market, market.record) }
    for setting in settings where !setting.value.isZero { state.settings.set(setting.key, setting.value) }
    v1?.apply(to: &state)
    return state
  }

  private static func members(_ value: JSONValue, _ path: String) throws(GenesisError) -> [JSONMember] {
    guard let members = value.members else { throw GenesisError(path, "must be an object") }
    return members
  }

  private mutating func read(market member: JSONMember) throws(GenesisError) {
    let path = "markets.\(member.key)"
    guard markets.count < 1_000 else { throw GenesisError(path, "is one market too many") }
    var named: [TokenID] = []
    for field in ["indexToken", "longToken", "shortToken"] {
      guard let token = tokens.first(where: { $0.symbol == member.value[field]?.string }) else {
        throw GenesisError("\(path).\(field)", "must be a known token")
      }
      named.append(token.token)
    }
    var virtuals: [UInt16] = []
    for field in ["virtualMarket", "virtualToken"] {
      guard let given = member.value[field] else {
        virtuals.append(0)
        continue
      }
      guard let number = given.integer(as: UInt16.self) else {
        throw GenesisError("\(path).\(field)", "must be a small number")
      }
      virtuals.append(number)
    }
    let record = MarketRecord(
      market: MarketID(markets.count + 1), indexToken: named[0], longToken: named[1], shortToken: named[2],
      virtualMarket: virtuals[0], virtualToken: virtuals[1])
    for field in try Self.members(member.value, path) {
      switch field.key {
      case "indexToken", "longToken", "shortToken", "virtualMarket", "virtualToken": continue
      case "settings":
        for setting in try Self.members(field.value, path) { try read(setting, path: path, market: record) }
      default: throw GenesisError("\(path).\(field.key)", "is not known")
      }
    }
    markets.append((member.key, record))
  }

  /// `RESERVE_FACTOR/true`: a name of the contracts and its arguments.
  private mutating func read(_ member: JSONMember, path: String, market: MarketRecord?) throws(GenesisError) {
    let place = "\(path).\(member.key)"
    let parts = member.key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let scope: StoreKindShape.Scope = market == nil ? .globalSetting : .marketSetting
    guard let shape = StoreKind.shapes.first(where: { $0.name == parts[0] && $0.scope == scope }) else {
      throw GenesisError(place, "is no setting of the contracts")
    }
    guard shape.arguments.count == parts.count - 1 else {
      throw GenesisError(place, "needs \(shape.arguments.count) arguments")
    }
    var key = StoreKey(shape.kind, market?.market ?? 0)
    for (argument, part) in zip(shape.arguments, parts.dropFirst()) {
      guard Self.set(&key, argument, part, market) else {
        throw GenesisError(place, "has an argument that cannot be read: \(part)")
      }
    }
    guard let text = member.value.string, let value = UInt256(text) else {
      throw GenesisError(place, "must be a whole number as text")
    }
    guard !settings.contains(where: { $0.key == key }) else { throw GenesisError(place, "is given twice") }
    settings.append((key, value))
  }

  private static func set(
    _ key: inout StoreKey, _ argument: StoreKindShape.Argument, _ part: String, _ market: MarketRecord?
  ) -> Bool {
    switch argument {
    case .token:
      guard let market, part == "longToken" || part == "shortToken" else { return false }
      key.token = market.side(isLong: part == "longToken")
    case .flag:
      guard part == "true" || part == "false" else { return false }
      key.flag = part == "true"
    case .profitCap:
      guard let cap = ProfitCap.allCases.first(where: { $0.name == part }) else { return false }
      key.number = UInt64(cap.rawValue)
    case .number:
      guard let number = UInt64(part) else { return false }
      key.number = number
    case .account:
      guard let account = Address(hex: part) else { return false }
      key.account = account
    }
    return true
  }
}
