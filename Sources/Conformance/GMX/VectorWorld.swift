import Canonical
import ConformanceKit
import GMX
import Quantities
import StateStore

/// A market as a vector file names it.
struct VectorMarket {
  /// Empty in files of one market.
  var name: String
  var record: MarketRecord
}

/// A venue as a vector file describes it: names of markets, tokens and accounts, and the state behind them. Keys of
/// files become keys of tables here, and the other way round.
struct VectorWorld {
  var state = GMXState()
  var markets: [VectorMarket] = []
  /// Symbols by token number; empty where tokens have only the names of their side.
  var symbols: [TokenID: String] = [:]
  /// Names by address, in the order in which they were met.
  private(set) var accounts: [(name: String, address: Address)] = []
  var orderIDs: [(name: String, id: UInt64)] = []
  /// Balances are part of the state only in sequences.
  var showsBalances = false
  private var orderCount: UInt64 = 0
  let time: UInt64

  /// A number for a new order, and its name where the file has one.
  mutating func nextOrderID(_ name: String?) -> UInt64 {
    orderCount += 1
    if let name { orderIDs.append((name, orderCount)) }
    return orderCount
  }

  func orderID(_ name: String) -> UInt64 { orderIDs.last { $0.name == name }?.id ?? 0 }

  static let longToken: TokenID = 1
  static let shortToken: TokenID = 2
  static let indexToken: TokenID = 3

  /// A world of one market.
  init(kind: String, isVirtual: Bool, time: UInt64) throws(CaseFailure) {
    self.time = time
    let record: MarketRecord
    let shared: UInt16 = isVirtual ? 1 : 0
    switch kind {
    case "perp":
      record = MarketRecord(
        market: 1, indexToken: Self.longToken, longToken: Self.longToken, shortToken: Self.shortToken,
        virtualMarket: shared, virtualToken: shared)
    case "synthetic":
      record = MarketRecord(
        market: 1, indexToken: Self.indexToken, longToken: Self.longToken, shortToken: Self.shortToken,
        virtualMarket: shared, virtualToken: shared)
    case "single":
      record = MarketRecord(
        market: 1, indexToken: Self.longToken, longToken: Self.longToken, shortToken: Self.longToken,
        virtualMarket: 0, virtualToken: shared)
    default: throw CaseFailure("kind", "an unknown kind `\(kind)`")
    }
    markets = [VectorMarket(name: "", record: record)]
    state.markets.set(1, record)
  }

  /// A world of several markets, tokens by symbol.
  init(markets document: JSONValue, time: UInt64) throws(CaseFailure) {
    self.time = time
    let numbers: [String: TokenID] = ["WETH": 1, "USDC": 2, "DOGE": 3, "WSTETH": 4]
    var virtuals: [String] = []
    func shared(_ text: String?) -> UInt16 {
      guard let text else { return 0 }
      if let index = virtuals.firstIndex(of: text) { return UInt16(index + 1) }
      virtuals.append(text)
      return UInt16(virtuals.count)
    }
    for member in document.members ?? [] {
      var tokens: [TokenID] = []
      for field in ["indexToken", "longToken", "shortToken"] {
        guard let symbol = member.value[field]?.string else { throw CaseFailure("markets", "a token is a symbol") }
        let number = numbers[symbol] ?? TokenID(5 + symbols.count)
        symbols[number] = symbol
        tokens.append(number)
      }
      let record = MarketRecord(
        market: MarketID(markets.count + 1), indexToken: tokens[0], longToken: tokens[1], shortToken: tokens[2],
        virtualMarket: shared(member.value["virtualMarketId"]?.string),
        virtualToken: shared(member.value["virtualTokenId"]?.string))
      markets.append(VectorMarket(name: member.key, record: record))
      state.markets.set(record.market, record)
    }
  }

  // MARK: Names

  mutating func account(_ name: String) throws(CaseFailure) -> Address {
    if name == "holding" { return Holder.holding }
    if let known = accounts.first(where: { $0.name == name }) { return known.address }
    let bytes = Array(name.utf8.prefix(16))
    guard bytes.count == name.utf8.count,
      let address = Address([0xaa] + bytes + [UInt8](repeating: 1, count: 19 - bytes.count))
    else { throw CaseFailure("account", "`\(name)` is too long") }
    accounts.append((name, address))
    return address
  }

  func name(_ address: Address) -> String? {
    if address == Holder.holding { return "holding" }
    return accounts.first { $0.address == address }?.name
  }

  func market(_ name: String?) throws(CaseFailure) -> VectorMarket {
    guard let market = markets.first(where: { $0.name == name ?? "" }) else {
      throw CaseFailure("market", "an unknown market `\(name ?? "")`")
    }
    return market
  }

  /// `longToken`, `shortToken`, `indexToken` of a market, or a symbol.
  func token(_ text: String, _ market: VectorMarket) throws(CaseFailure) -> TokenID {
    switch text {
    case "longToken": return market.record.longToken
    case "shortToken": return market.record.shortToken
    case "indexToken": return market.record.indexToken
    default:
      guard let known = symbols.first(where: { $0.value == text }) else {
        throw CaseFailure("token", "an unknown token `\(text)`")
      }
      return known.key
    }
  }

  func tokenName(_ token: TokenID, _ market: VectorMarket) -> String {
    token == market.record.longToken ? "longToken" : token == market.record.shortToken ? "shortToken" : "indexToken"
  }

  // MARK: Numbers

  static func unsigned(_ text: String?, _ field: String) throws(CaseFailure) -> UInt256 {
    guard let text, let value = UInt256(text) else { throw CaseFailure(field, "not a whole number") }
    return value
  }

  static func signed(_ text: String?, _ field: String) throws(CaseFailure) -> Int256 {
    guard let text, let value = Int256(text) else { throw CaseFailure(field, "not a whole number") }
    return value
  }

  static let signedKinds: [StoreKind] = [
    .totalPendingImpactAmount, .savedFundingFactorPerSecond, .virtualInventoryForPositions,
    .virtualInventoryForPositionsInTokens,
  ]
}
