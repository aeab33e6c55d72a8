import Canonical
import Foundation
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Hyperliquid

/// A chain in miniature: blocks of typed transactions over one state, without bytes and signatures.
struct Stage {
  static let start: Int64 = 1_760_000_400_000  // a full hour

  var venue: HyperliquidVenue
  var store: StateStore<HyperliquidState>
  var block: BlockContext
  var nonces = NonceSource()
  var events: [HyperliquidEvent] = []

  var state: HyperliquidState {
    get { store.tables }
    set { store.tables = newValue }
  }

  init(_ preset: String = "mainnet", _ changes: [(path: String, value: JSONValue)] = []) throws {
    var genesis = try Self.document(preset)
    for change in changes {
      genesis = genesis.replacing(change.path.split(separator: ".").map(String.init)[...], change.value)
    }
    venue = try HyperliquidVenue(genesis: genesis, chainID: "test")
    store = StateStore(tables: venue.genesisState(), prefix: HyperliquidVenue.description.keyPrefix)
    block = BlockContext(chainID: "test", height: 1, time: Self.start, proposer: .zero)
    advance(by: 0)
  }

  /// A spot pair, a builder's dex and cheap vaults beside whatever a preset has. The deployer is the first of the cast of
  /// random actions.
  static var everything: [(path: String, value: JSONValue)] {
    get throws {
      [
        (
          "dexs",
          try JSONValue(
            parsing: """
              {"test":{"fullName":"A dex","deployer":"\(Address(word0: 1, word1: 0, word2: 9))","feeScale":"0.5",
              "markets":{"GOLD":{"sizeDecimals":2,"tiers":[{"above":"0","leverage":10}],"impactNotional":"6000"}}}}
              """)
        ),
        (
          "spot",
          try JSONValue(
            parsing: """
              {"tokens":{"PURR":{"sizeDecimals":0,"weiDecimals":5,"id":"0xc1fb593aeffbeb02f85e0308e9956a90"}},
              "pairs":[{"base":"PURR","price":"0.2"}]}
              """)
        ),
        (
          "userVaults",
          try JSONValue(
            parsing: """
              {"lockSeconds":60,"creationFee":"10","initialMinimum":"100","depositMinimum":"5","leaderShare":"0.05",
              "commission":"0.1","closingShare":"0.2"}
              """)
        ),
        (
          "limits",
          try JSONValue(
            parsing: """
              {"requests":10000,"extraCancels":100000,"slowSeconds":10,"requestPrice":"0.0005","openOrderVolume":"0",
              "openOrderCeiling":5000,"subAccounts":3,"subAccountVolume":"0","scheduledCancels":10}
              """)
        ),
      ]
    }
  }

  static func document(_ preset: String) throws -> JSONValue {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appendingPathComponent("Genesis/hyperliquid/\(preset).json"))
    return try JSONValue(parsing: Array(data))
  }

  /// Ends the block and begins the next, `milliseconds` later.
  mutating func advance(by milliseconds: Int64 = 1_000) {
    var sink = EventSink<HyperliquidEvent>(isRecording: true)
    venue.endBlock(state: &store.tables, block: block, events: &sink)
    block.height += 1
    block.time += milliseconds
    venue.beginBlock(state: &store.tables, block: block, events: &sink)
    events += sink.drain()
  }

  @discardableResult
  mutating func send(
    _ action: HyperliquidAction, from signer: Address, nonce: UInt64? = nil, vault: Address? = nil,
    expiresAfter: UInt64? = nil
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    let nonce = nonce ?? nonces.next(at: block.time)
    let content = HyperliquidContent(
      action: action.stamped(nonce), nonce: nonce, vaultAddress: vault, expiresAfter: expiresAfter)
    return try run(content, signer)
  }

  @discardableResult
  mutating func run(_ content: HyperliquidContent, _ signer: Address) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    var isProposer = false
    if case .proposer = content.action { isProposer = true }
    var cosigners: [Address] = []
    if case .multiSig(let envelope) = content.action { cosigners = envelope.claimedSigners }
    let transaction = AuthenticatedTransaction(
      content: content, signer: signer, cosigners: cosigners, isProposer: isProposer)
    try venue.charge(transaction, state: &store.tables, block: block)
    var sink = EventSink<HyperliquidEvent>(isRecording: true)
    store.begin()
    do {
      let data = try venue.execute(transaction, state: &store.tables, block: block, events: &sink)
      store.release()
      events += sink.drain()
      guard let answer = try? HyperliquidAnswer(canonicalBytes: data) else {
        Issue.record("an answer reads back")
        return HyperliquidAnswer(.default)
      }
      return answer
    } catch {
      let undone = store.rollback()
      #expect(undone == 0, "a refusal comes before the first write: \(content.action)")
      throw error
    }
  }

  mutating func deposit(_ usdc: Int64, _ person: Address) throws {
    _ = try run(
      HyperliquidContent(action: .proposer(.deposit(to: person, amount: UInt64(usdc) * 1_000_000)), nonce: 0), .zero)
  }

  mutating func oracle(_ prices: [(String, String)]) throws {
    var list: [OraclePrice] = []
    for market in venue.configuration.markets {
      guard let price = prices.first(where: { $0.0 == market.symbol }) else { continue }
      let wire = try WireDecimal(parseDecimal(price.1, scale: 8))
      list.append(OraclePrice(asset: market.asset, oracle: wire, external: wire))
    }
    _ = try run(HyperliquidContent(action: .proposer(.oracle(list)), nonce: 0), .zero)
  }

  func request(
    _ symbol: String, _ isBuy: Bool, _ size: String, _ price: String, _ timeInForce: TimeInForce = .goodTilCancelled,
    reduceOnly: Bool = false, cloid: UInt64? = nil
  ) throws -> OrderRequest {
    let market = try #require(venue.configuration.market(named: symbol))
    return OrderRequest(
      asset: market.asset, isBuy: isBuy, price: try WireDecimal(parseDecimal(price, scale: 8)),
      size: try WireDecimal(parseDecimal(size, scale: 8)), reduceOnly: reduceOnly, kind: .limit(timeInForce),
      cloid: cloid.map { ClientOrderID(high: 0, low: $0) })
  }

  @discardableResult
  mutating func order(
    _ person: Address, _ symbol: String, _ isBuy: Bool, _ size: String, _ price: String,
    _ timeInForce: TimeInForce = .goodTilCancelled, reduceOnly: Bool = false, cloid: UInt64? = nil
  ) throws -> OrderStatus {
    let request = try request(symbol, isBuy, size, price, timeInForce, reduceOnly: reduceOnly, cloid: cloid)
    return try send(.order(OrderAction(orders: [request])), from: person).statuses[0]
  }

  @discardableResult
  mutating func leverage(_ person: Address, _ symbol: String, _ leverage: UInt32, isCross: Bool = true) throws
    -> HyperliquidAnswer
  {
    let market = try #require(venue.configuration.market(named: symbol))
    return try send(.updateLeverage(asset: market.asset, isCross: isCross, leverage: leverage), from: person)
  }

  func view(_ person: Address) -> AccountView { venue.account(person, state: state, block: block) }

  /// Every broken invariant, a line each; and, since no story moves an oracle thousands of times from its mark, any unpaid loss.
  func broken() -> [String] {
    let unpaid = state.counter(.unpaid)
    let violated = HyperliquidVenue.invariants.compactMap { invariant in
      invariant.check(state, block).map { "\($0.invariant) at \($0.site): \($0.detail)" }
    }
    return violated + (unpaid == 0 ? [] : ["\(unpaid) unpaid"])
  }
}

extension JSONValue {
  func replacing(_ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
    guard let first = path.first else { return value }
    if case .object(var members) = self {
      if let index = members.firstIndex(where: { $0.key == first }) {
        members[index].value = members[index].value.replacing(path.dropFirst(), value)
      } else {
        members.append(JSONMember(first, JSONValue.object([]).replacing(path.dropFirst(), value)))
      }
      return .object(members)
    }
    return JSONValue.object([]).replacing(path, value)
  }
}

/// The cast.
enum Cast {
  static let ada = Address(word0: 0xada, word1: 0, word2: 1)
  static let ben = Address(word0: 0xbe0, word1: 0, word2: 2)
  static let cleo = Address(word0: 0xc1e0, word1: 0, word2: 3)
  static let dora = Address(word0: 0xd0a, word1: 0, word2: 4)
  static let all = [ada, ben, cleo, dora]
}

func usd(_ whole: Int128) -> Int128 { whole * CommonScale.one }
