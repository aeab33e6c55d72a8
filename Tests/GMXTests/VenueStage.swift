import Canonical
import Foundation
import Quantities
import StateStore
import Testing
import VenueKit

@testable import GMX

/// A chain in miniature: blocks of typed transactions over one state, without bytes and signatures.
struct VenueStage {
  static let start: Int64 = 1_760_000_400_000

  let venue: GMXVenue
  var store: StateStore<GMXState>
  var block: BlockContext
  var nonces = NonceSource()
  var events: [GMXEvent] = []

  var state: GMXState { store.tables }

  init(_ preset: String = "bitcoin", price: Int128 = 100_000) throws {
    venue = try GMXVenue(genesis: try Self.document(preset), chainID: "test")
    store = StateStore(tables: venue.genesisState(), prefix: GMXVenue.description.keyPrefix)
    store.commit()
    block = BlockContext(chainID: "test", height: 1, time: Self.start, proposer: .zero)
    try observe(price)
  }

  static func document(_ preset: String) throws -> JSONValue {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appendingPathComponent("Genesis/gmx/\(preset).json"))
    return try JSONValue(parsing: Array(data))
  }

  /// The same price, in dollars, for every market.
  mutating func observe(_ price: Int128) throws {
    let seen = venue.genesis.markets.map {
      Observation(symbol: $0.name, price: price * CommonScale.one, perpetualPrice: nil, time: block.time)
    }
    for content in venue.observe(seen, state: state, block: block) { try run(content, nil) }
  }

  /// Ends the block and begins the next, `seconds` later.
  mutating func advance(by seconds: Int64 = 1) {
    var sink = EventSink<GMXEvent>(isRecording: true)
    venue.endBlock(state: &store.tables, block: block, events: &sink)
    store.commit()
    block.height += 1
    block.time += seconds * 1_000
    venue.beginBlock(state: &store.tables, block: block, events: &sink)
  }

  mutating func bringIn(_ dollars: Int128, to person: Address) throws {
    for content in venue.deposit(dollars * CommonScale.one, to: person, state: state, block: block) {
      try run(content, nil)
    }
  }

  @discardableResult
  mutating func send(_ action: GMXAction, from signer: Address, nonce: UInt64? = nil) throws(GMXRefusal) -> GMXAnswer {
    try run(GMXContent(action, nonce: nonce ?? nonces.next(at: block.time)), signer)
  }

  /// What a person wants, sent.
  @discardableResult
  mutating func wish(_ intent: Intent, _ person: Address) throws(GMXRefusal) -> [GMXAnswer] {
    var answers: [GMXAnswer] = []
    for content in try venue.translate(intent, for: person, nonces: &nonces, state: state, block: block) {
      answers.append(try run(content, person))
    }
    return answers
  }

  /// A transaction without a signer is the proposer's. A refusal leaves nothing but its nonce.
  @discardableResult
  mutating func run(_ content: GMXContent, _ signer: Address?) throws(GMXRefusal) -> GMXAnswer {
    let transaction = AuthenticatedTransaction(
      content: content, signer: signer ?? .zero, isProposer: signer == nil)
    try venue.charge(transaction, state: &store.tables, block: block)
    var sink = EventSink<GMXEvent>(isRecording: true)
    store.begin()
    do throws(GMXRefusal) {
      let data = try venue.execute(transaction, state: &store.tables, block: block, events: &sink)
      store.release()
      events += sink.drain()
      guard let answer = try? GMXAnswer(canonicalBytes: data) else {
        Issue.record("an answer reads back")
        return .done
      }
      return answer
    } catch {
      let undone = store.rollback()
      #expect(undone == 0, "a refusal undoes its own writes")
      throw error
    }
  }

  func broken() -> [Violation] {
    GMXVenue.invariants.compactMap { $0.check(state, block) }
  }

  /// Deposits less withdrawals less all lines.
  var gap: Int128 {
    let summary = venue.summary(state: state, block: block)
    return summary.balances.reduce(summary.deposits - summary.withdrawals) { $0 - $1.amount }
  }

  func account(_ person: Address) -> AccountView { venue.account(person, state: state, block: block) }
}
