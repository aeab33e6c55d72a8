import Canonical
import Quantities
import StateStore
import VenueKit

/// A genesis document, read strictly: `tokens` {symbol: decimals}, `settings` of the venue and `markets` with theirs,
/// settings under the contracts' names; `oracle`, `keepers` and `pools` for the venue around them, `v1` for the first
/// generation's vault. Unknown keys are
/// errors. Rules GMX-110 to GMX-117.
public struct GMXGenesis: Sendable {
  public private(set) var roster = GMXRoster()
  private(set) var settings: [(key: StoreKey, value: UInt256)] = []
  private(set) var seeds: [(market: MarketID, seed: SeedRecord)] = []
  private(set) var keepers: [(role: KeeperRole, accounts: [Address])] = []

  /// The first generation's vault, where the venue has one.
  public private(set) var v1: V1Genesis?

  /// How wallets know the venue's contracts.
  public private(set) var relay = RelayConfiguration()

  public var tokens: [TokenDescription] { roster.tokens }
  public var markets: [MarketDescription] { roster.markets }

  private static let keys = [
    "room", "source", "date", "tokens", "oracle", "keepers", "settings", "markets", "pools", "v1", "relay",
  ]

  public init(_ document: JSONValue) throws(GenesisError) {
    let root = try GenesisObject(document, "")
    try root.only(Self.keys)
    if let room = root["room"], room.string != "gmx" { throw GenesisError("room", "must be gmx") }
    try read(tokens: root.object("tokens"))
    if let oracle = try root.optional("oracle") { try read(oracle: oracle) }
    for member in try root.object("settings").members { try read(member, path: "settings", market: nil) }
    for member in try root.object("markets").members { try read(market: member) }
    guard !markets.isEmpty else { throw GenesisError("markets", "must hold a market") }
    try read(keepers: root.optional("keepers"))
    if let pools = try root.optional("pools") { try read(pools: pools) }
    if let part = try root.optional("relay") { relay = try RelayConfiguration(part, roster) }
    if let part = document["v1"] { v1 = try V1Genesis(part, tokens: tokens) }
    try validateSettings()
  }

  /// Tables at height zero.
  public func state() -> GMXState {
    var state = GMXState(roster: roster)
    state.holdsAccountsToDeposits = true
    for market in markets { state.markets.set(market.record.market, market.record) }
    for setting in settings where !setting.value.isZero { state.settings.set(setting.key, setting.value) }
    v1?.apply(to: &state)
    for keeper in keepers {
      for account in keeper.accounts { state.roles.set(Pair(account, keeper.role.rawValue), Mark()) }
    }
    for seed in seeds { state.seeds.set(seed.market, seed.seed) }
    state.rebuildDerived()
    return state
  }

  // MARK: Tokens, oracle, keepers, pools

  private mutating func read(tokens object: GenesisObject) throws(GenesisError) {
    for member in object.members {
      guard let decimals = member.value.uint64, decimals <= 30, tokens.count < 1_000 else {
        throw GenesisError(object.place(member.key), "must be a number of decimals up to 30")
      }
      roster.tokens.append(
        TokenDescription(token: TokenID(tokens.count + 1), symbol: member.key, decimals: UInt8(decimals)))
    }
    roster.depositToken = roster.token(named: "USDC")?.token ?? 0
  }

  private mutating func read(oracle object: GenesisObject) throws(GenesisError) {
    try object.only(["spread", "held", "depositToken"])
    if object["spread"] != nil {
      roster.spread = try object.decimal("spread", scale: 30)
      if roster.spread > Exact.one { throw GenesisError(object.place("spread"), "must not be above 1") }
    }
    if let held = try object.optional("held") {
      for member in held.members {
        guard let index = tokens.firstIndex(where: { $0.symbol == member.key }) else {
          throw GenesisError.unknown(member.key, in: held.path, known: tokens.map(\.symbol))
        }
        let price = try held.decimal(member.key, scale: 30 - Int(tokens[index].decimals))
        if price.isZero { throw GenesisError(held.place(member.key), "must be above zero") }
        roster.tokens[index].heldPrice = price
      }
    }
    guard let given = object["depositToken"] else { return }
    guard let token = given.string.flatMap({ roster.token(named: $0) }) else {
      throw GenesisError(object.place("depositToken"), "must be a known token")
    }
    roster.depositToken = token.token
  }

  /// Addresses for each role, or `anyone`; everybody where nothing is said.
  private mutating func read(keepers object: GenesisObject?) throws(GenesisError) {
    let names: [(String, KeeperRole)] = [
      ("order", .order), ("frozenOrder", .frozenOrder), ("liquidation", .liquidation), ("deleveraging", .deleveraging),
    ]
    try object?.only(names.map(\.0))
    for (name, role) in names {
      guard let object, let value = object[name], value.string != "anyone" else {
        keepers.append((role, [.zero]))
        continue
      }
      var accounts: [Address] = []
      for element in value.array ?? [.null] {
        guard let account = element.string.flatMap({ Address(hex: $0) }), account != .zero else {
          throw GenesisError(object.place(name), "must be `anyone` or a list of addresses")
        }
        accounts.append(account)
      }
      keepers.append((role, accounts))
    }
  }

  /// First liquidity in whole tokens.
  private mutating func read(pools object: GenesisObject) throws(GenesisError) {
    for member in object.members {
      guard let market = roster.market(named: member.key)?.record else {
        throw GenesisError.unknown(member.key, in: object.path, known: markets.map(\.name))
      }
      let pool = try GenesisObject(member.value, object.place(member.key))
      try pool.only(["longToken", "shortToken", "positionImpactPool"])
      func amount(_ key: String, _ token: TokenID) throws(GenesisError) -> UInt256 {
        if pool[key] == nil { return .zero }
        let amount = try pool.decimal(key, scale: Int(roster.token(token)?.decimals ?? 0))
        if amount > GMXState.depositMaximum { throw GenesisError(pool.place(key), "is too much") }
        return amount
      }
      seeds.append(
        (
          market.market,
          SeedRecord(
            longAmount: try amount("longToken", market.longToken),
            shortAmount: try amount("shortToken", market.shortToken),
            positionImpactPool: try amount("positionImpactPool", market.indexToken))
        ))
    }
  }

  // MARK: Markets and settings

  private mutating func read(market member: JSONMember) throws(GenesisError) {
    let object = try GenesisObject(member.value, "markets.\(member.key)")
    guard markets.count < 1_000 else { throw GenesisError(object.path, "is one market too many") }
    guard !member.key.isEmpty, member.key.utf8.count <= 32 else {
      throw GenesisError(object.path, "must have a name of 1 to 32 letters")
    }
    try object.only(["indexToken", "longToken", "shortToken", "virtualMarket", "virtualToken", "settings"])
    var named: [TokenID] = []
    for field in ["indexToken", "longToken", "shortToken"] {
      guard let token = object[field]?.string.flatMap({ roster.token(named: $0) }) else {
        throw GenesisError(object.place(field), "must be a known token")
      }
      named.append(token.token)
    }
    var virtuals: [UInt16] = []
    for field in ["virtualMarket", "virtualToken"] {
      guard let number = (object[field] ?? 0).integer(as: UInt16.self) else {
        throw GenesisError(object.place(field), "must be a small number")
      }
      virtuals.append(number)
    }
    let record = MarketRecord(
      market: MarketID(markets.count + 1), indexToken: named[0], longToken: named[1], shortToken: named[2],
      virtualMarket: virtuals[0], virtualToken: virtuals[1])
    roster.markets.append(MarketDescription(name: member.key, record: record))
    for setting in try object.optional("settings")?.members ?? [] {
      try read(setting, path: object.place("settings"), market: record)
    }
  }

  /// `RESERVE_FACTOR/true`: a name of the contracts and its arguments.
  private mutating func read(_ member: JSONMember, path: String, market: MarketRecord?) throws(GenesisError) {
    let place = "\(path).\(member.key)"
    let parts = member.key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let scope: StoreKindShape.Scope = market == nil ? .globalSetting : .marketSetting
    let shapes = StoreKind.shapes.filter { $0.scope == scope }
    guard let shape = shapes.first(where: { $0.name == parts[0] }) else {
      throw GenesisError.unknown(member.key, in: path, known: shapes.map(\.name))
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

  /// The same guard rails as for later changes, when all settings stand.
  private func validateSettings() throws(GenesisError) {
    let rules = SettingRules(state())
    for setting in settings {
      do throws(GMXRefusal) {
        try rules.validate(setting.key, setting.value)
      } catch {
        throw GenesisError(path(of: setting.key), error.text)
      }
    }
  }

  /// Where a setting stands in the document.
  func path(of key: StoreKey) -> String {
    guard let shape = StoreKind.shapes.first(where: { $0.kind == key.kind }) else { return "settings" }
    let market = roster.market(key.scope)
    let arguments = shape.arguments.map { argument in
      switch argument {
      case .token: key.token == market?.record.longToken ? "longToken" : "shortToken"
      case .flag: key.flag ? "true" : "false"
      case .profitCap: ProfitCap.allCases.first { UInt64($0.rawValue) == key.number }?.name ?? "\(key.number)"
      case .number: "\(key.number)"
      case .account: key.account.description
      }
    }
    let prefix = market.map { "markets.\($0.name).settings." } ?? "settings."
    return prefix + ([shape.name] + arguments).joined(separator: "/")
  }
}
