import Canonical
import DYDX
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Chain

/// A chain of this room with a second node beside it that never saw the mempool. After each block both have the same
/// root, and every invariant holds.
struct Room {
  static let people = (0..<4).map { Address(word0: UInt64($0) + 1, word1: 2, word2: 3) }
  /// One hundredth of a bitcoin.
  static let unit: UInt64 = 100_000_000

  var node: Application<DYDXVenue>
  var other: Application<DYDXVenue>
  private(set) var events: [DYDXEvent] = []
  private var pool: [PooledTransaction] = []
  private var nonce: UInt64 = 1

  static func genesis(_ extra: String = "", isolated: Bool = false, insurance: String = "1000") throws -> JSONValue {
    let text = """
      {"room": "dydx", "liquidityTiers": [{"id": 0, "name": "Large-Cap", "initialMarginPpm": 50000,
       "maintenanceFractionPpm": 600000, "impactNotional": "10000", "openInterestLowerCap": "0",
       "openInterestUpperCap": "0"}],
       "markets": {
       "BTC": {"id": 0, "exponent": -5, "minimumPriceChangePpm": 50, "atomicResolution": -10,
        "stepBaseQuantums": 1000000, "subticksPerTick": 100000, "conversionExponent": -9, "tier": 0,
        "isolated": \(isolated), "defaultFundingPpm": 100, "status": "ACTIVE", "price": 5000000000}},
       "feeTiers": [{"name": "1", "volume": "0", "makerPpm": 0, "takerPpm": 0}],
       "liquidation": {"maximumFeePpm": 15000, "bankruptcyAdjustmentPpm": 1000000,
        "spreadToMaintenanceRatioPpm": 1500000, "minimumPositionNotional": "1", "maximumPositionPortionPpm": 1000000,
        "maximumNotional": "100000000", "maximumInsuranceLost": "100000000"},
       "insuranceFund": "\(insurance)"\(extra)}
      """
    return try JSONValue(parsing: Array(text.utf8))
  }

  /// Everybody has ten thousand dollars, and a block has passed.
  init(_ genesis: JSONValue? = nil, deposits: [UInt64] = [10_000, 10_000, 10_000, 10_000]) throws {
    let venue = try DYDXVenue(genesis: genesis ?? Self.genesis(), chainID: "room-1")
    node = Application(
      venue: venue, chainID: "room-1",
      verifier: SignatureVerifier(venue: venue, threads: 1, requiresSignatures: false),
      executor: BlockExecutor(venue: venue, recordsEvents: true, makesWitness: false, workers: 1))
    node.lastBlock.time = 1_760_130_000_000
    other = node
    for (person, amount) in zip(Self.people, deposits) { propose(.bridge(to: person, amount: amount * 1_000_000)) }
    try step()
  }

  var state: DYDXState { node.store.tables }
  var height: UInt32 { UInt32(node.lastBlock.height) }
  var seconds: UInt32 { UInt32(node.lastBlock.time / 1_000) }

  func account(_ person: Int) -> AccountHoldings { state.holdings(Subaccount(Self.people[person])) }
  /// In hundredths of a bitcoin.
  func position(_ person: Int) -> Int256 {
    (try? account(person).quantums(of: 0).divided(by: Int256(Self.unit), rounding: .truncation)) ?? 0
  }
  var resting: [OrderKey] { node.local.book.allKeys() }

  func order(
    _ person: Int, _ client: UInt32, buys: Bool, _ size: UInt64, at dollars: UInt64, flags: UInt32 = 0,
    goodTil: GoodTil? = nil, _ inForce: TimeInForce = .goodTilTime
  ) -> ClobOrder {
    ClobOrder(
      key: OrderKey(Subaccount(Self.people[person]), clientID: client, flags: flags, pair: 0), isBuy: buys,
      quantums: size * Self.unit, subticks: dollars * 100_000,
      goodTil: goodTil ?? (flags == 0 ? .block(height + 10) : .time(seconds + 1_000)), timeInForce: inForce)
  }

  /// `accepted`, or the code that the node answers; what must stand in a block itself waits for the next one.
  @discardableResult
  mutating func send(_ action: DYDXAction, by person: Int = 0) -> String {
    let signer = action.owner ?? Self.people[person]
    nonce += 1
    let bytes = node.venue.seal(DYDXContent(action, nonce: nonce), authority: .unsigned(signer))
    do throws(Refusal) {
      try node.checkTransaction(bytes)
    } catch {
      return error.text.split(separator: ":").first.map(String.init) ?? error.text
    }
    if !action.isShortTerm { pool.append(PooledTransaction(bytes)) }
    return "accepted"
  }

  mutating func propose(_ action: DYDXProposerAction) {
    pool.append(PooledTransaction(node.venue.seal(DYDXContent(action), authority: .proposer), isFromProposer: true))
  }

  mutating func price(_ dollars: UInt64) { propose(.prices([PriceUpdate(market: 0, price: dollars * 100_000)])) }

  /// The next block; returns what it refused.
  @discardableResult
  mutating func step(seconds: Int64 = 1) throws -> [String] {
    let last = node.lastBlock
    let block = BlockContext(
      chainID: last.chainID, height: last.height + 1, time: last.time + seconds * 1_000, proposer: .zero)
    let content = node.prepareProposal(pool: pool, maximumBytes: 1 << 20, block: block)
    pool = []
    return try run(content, block)
  }

  /// A block of the proposer's own making.
  @discardableResult
  mutating func run(_ content: [[UInt8]], _ block: BlockContext) throws -> [String] {
    let hash = Hash32(word0: block.height, word1: 0, word2: 0, word3: 0)
    #expect(other.processProposal(content, hash: hash, block: block) == .accept)
    let execution = try other.finalizeBlock(content, hash: hash, block: block)
    try other.commit()
    _ = try node.finalizeBlock(content, hash: nil, block: block)
    try node.commit()
    events += execution.events
    #expect(node.info.appHash == other.info.appHash)
    for invariant in DYDXVenue.invariants {
      let violation = invariant.check(node.store.tables, block)
      #expect(violation == nil, "\(String(describing: violation))")
    }
    return execution.refusals.map(\.refusal.name)
  }

  /// Operations that no book made.
  mutating func run(_ operations: [Operation]) throws -> [String] {
    let last = node.lastBlock
    let block = BlockContext(
      chainID: last.chainID, height: last.height + 1, time: last.time + 1_000, proposer: .zero)
    return try run([node.venue.seal(DYDXContent(.operations(operations)), authority: .proposer)], block)
  }

  /// An order as its owner sent it.
  mutating func placement(_ order: ClobOrder) -> Operation {
    nonce += 1
    let content = DYDXContent(.place(order), nonce: nonce)
    return .placement(order, sealed: node.venue.seal(content, authority: .unsigned(order.key.subaccount.owner)))
  }

  func count(_ name: String) -> Int { events.count { $0.name == name } }
}
