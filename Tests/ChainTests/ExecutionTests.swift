import Canonical
import Cryptography
import Ledger
import Quantities
import StateStore
import Testing
import TestVenues
import VenueKit

@testable import Chain

@Suite struct ExecutionTests {
  func balance<V: TestVenue>(_ engine: SoloEngine<V>, _ person: Int, asset: UInt32 = 0) -> Int128 {
    engine.application.store.tables.ledger.balance(
      of: LedgerAccount(people[person].address, TestState.free), asset: asset)
  }

  /// Bytes of every length, random and with each scheme byte, are refused and leave the root alone.
  @Test func garbageOfEveryLengthIsRefused() throws {
    let engine = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options(blockLimit: 2000))
    try engine.fund()
    let root = try engine.step(time: 1).root
    var random = RandomStream(9, 9, 9, 9)
    for length in 0...300 {
      for scheme: UInt8? in [nil, 0, 1, 2, 255] {
        var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        if let scheme, length > 0 { bytes[0] = scheme }
        try engine.submit(raw: bytes)
        if length > 0 { #expect(!engine.describe(transaction: bytes).isEmpty) }
      }
    }
    let result = try engine.step(time: 2)
    #expect(result.root == root && result.receipts.isEmpty && result.notAdmitted.count == 301 * 5)
    #expect(result.notAdmitted.allSatisfy { $0.code != 0 && $0.code < 100 })
  }

  /// The same garbage inside a block gets receipts, and truncated envelopes never crash the application.
  @Test func garbageInABlockGetsReceipts() throws {
    let engine = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options())
    var application = engine.application
    let sealed = engine.venue.seal(
      TestContent(.place(TestOrder(isBid: true, price: 1, quantity: 1)), nonce: 5),
      authority: authority(0, signed: true))
    let block = BlockContext(chainID: "test-1", height: 1, time: 5, proposer: .zero)
    let cuts = (0..<sealed.count).map { Array(sealed[0..<$0]) }
    let execution = try application.finalizeBlock(cuts, hash: nil, block: block)
    try application.commit()
    #expect(execution.receipts.count == cuts.count && execution.receipts.allSatisfy { $0.code != 0 })
    #expect(execution.root == engine.root)
  }

  /// A refused action keeps its nonce and fee and nothing else: no event, no order, a rebuilt book.
  @Test func refusalLeavesOnlyItsCharge() throws {
    let engine = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options())
    try engine.fund()
    try engine.submit(.place(TestOrder(isBid: false, price: 100, quantity: 10)), by: 1, nonce: 1)
    _ = try engine.step(time: 1)
    let before = engine.application.store.tables
    let cash = balance(engine, 0)
    // Fills ten, then refuses for want of the other ten.
    try engine.submit(
      .place(TestOrder(isBid: true, price: 200, quantity: 20, isAllOrNone: true)), by: 0, nonce: 1)
    try engine.submit(.transfer(asset: 0, amount: .max, to: people[1].address), by: 0, nonce: 2)
    let result = try engine.step(time: 2)
    #expect(result.receipts.map(\.code) == [106, 101])
    #expect(result.refusalCounts.map(\.name) == ["insufficient", "notFilled"])
    #expect(engine.drainEvents().isEmpty)
    let after = engine.application.store.tables
    #expect(after.rebuilds == before.rebuilds + 1 && after.asks == before.asks && after.bids == before.bids)
    #expect(after.orders[1] == before.orders[1] && after.orders.count == 1)
    #expect(after.setting(TestState.nextOrderSetting) == before.setting(TestState.nextOrderSetting))
    #expect(balance(engine, 0) == cash - 2)
    #expect(after.nonces[people[0].address] == NumberRecord(2))
    // A used nonce is not even charged.
    try engine.submit(.transfer(asset: 0, amount: 1, to: people[1].address), by: 0, nonce: 2)
    #expect(try engine.step(time: 3).receipts.map(\.code) == [100])
    #expect(balance(engine, 0) == cash - 2)
    #expect(engine.checkInvariants(InvariantCost.allCases).isEmpty)
  }

  /// Signed and unsigned runs have equal roots; signatures are counted only where there are some.
  @Test func signedEqualsUnsigned() throws {
    let plain = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options())
    let signed = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options(signed: true))
    #expect(try plain.drive(blocks: 8) == signed.drive(blocks: 8, signed: true))
    #expect(plain.signaturesVerified == 0 && signed.signaturesVerified == 96)
    try signed.submit(.transfer(asset: 0, amount: 1, to: .zero), by: 0, nonce: 1 << 40, signed: false)
    #expect(try signed.step(time: 1 << 40).notAdmitted.map(\.name) == ["signatureMissing"])
  }

  /// Threads, and verifying ahead, change no root; a small block limit spreads the pool over blocks in order.
  @Test func threadsChangeNothing() throws {
    let one = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options(signed: true))
    let two = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options(threads: 2, signed: true))
    #expect(
      try one.drive(blocks: 4, signed: true, transactions: 100) == two.drive(blocks: 4, signed: true, transactions: 100)
    )
    var finals: [Hash32] = []
    for ahead in [false, true] {
      let engine = try SoloEngine<KindsFirstBook>(
        genesis: genesis, options: options(threads: 2, signed: true, ahead: ahead, blockLimit: 50))
      try engine.fund()
      for nonce in 1...200 {
        try engine.submit(
          .transfer(asset: 0, amount: Int128(nonce), to: people[1].address), by: 0, nonce: UInt64(nonce), signed: true)
      }
      for block in 1...5 {
        let result = try engine.step(time: Int64(block))
        #expect(result.refusals.isEmpty && result.notAdmitted.isEmpty)
      }
      #expect(engine.poolCount == 0 && engine.signaturesVerified == 200)
      finals.append(engine.root)
    }
    #expect(finals[0] == finals[1])
  }

  /// A block stands in its room's order, and only the proposer brings proposer's data.
  @Test func kindsComeFirst() throws {
    let engine = try SoloEngine<KindsFirstBook>(genesis: genesis, options: options())
    try engine.fund()
    try engine.submit(.place(TestOrder(isBid: true, price: 1_000_000, quantity: 5)), by: 0, nonce: 1)
    _ = try engine.step(time: 1)
    // The cancel arrives last and is carried out first, so that the ask finds nobody.
    try engine.submit(.place(TestOrder(isBid: false, price: 1_000_000, quantity: 5)), by: 1, nonce: 1)
    try engine.submit(.cancel(order: 1), by: 0, nonce: 2)
    try engine.submit(
      raw: engine.venue.seal(TestContent(.price(low: 1, high: 1), nonce: 0), authority: .proposer))
    let result = try engine.step(time: 2)
    #expect(result.refusals.isEmpty && result.notAdmitted.map(\.name) == ["proposerOnly"])
    #expect(engine.application.store.tables.asks.count == 1)
    #expect(engine.drainEvents().isEmpty)
  }

  /// An order on the pool waits for a keeper and for a price observed after it.
  @Test func oraclePoolTakesTwoSteps() throws {
    let engine = try SoloEngine<OraclePool>(genesis: genesis, options: options())
    try engine.fund()
    try engine.propose(.deposit(asset: 1, amount: 1_000_000, to: .zero))
    try engine.propose(.price(low: 1_900_000, high: 2_000_000))
    try engine.submit(.place(TestOrder(isBid: true, price: 2_500_000, quantity: 100)), by: 0, nonce: 1)
    try engine.submit(.keep(order: 1), by: 1, nonce: 1)
    #expect(try engine.step(time: 1).refusals.map(\.refusal.name) == ["priceTooOld"])
    try engine.propose(.price(low: 2_000_000, high: 2_100_000))
    try engine.submit(.keep(order: 1), by: 1, nonce: 2)
    #expect(try engine.step(time: 2).refusals.isEmpty)
    #expect(engine.drainEvents().map(\.name) == ["traded"])
    #expect(balance(engine, 0) == 1_000_000_000 - 1 - 210 && balance(engine, 0, asset: 1) == 1_000_000_100)
    #expect(engine.checkInvariants([.full]).isEmpty)
  }

  /// Orders live in the node's memory; blocks carry the proposer's matches with both signatures, and a lost memory
  /// changes no root.
  @Test func operationsCarrySignedOrders() throws {
    let engine = try SoloEngine<OperationsBook>(genesis: genesis, options: options(threads: 2, signed: true))
    try engine.fund()
    _ = try engine.step(time: 1)
    try engine.submit(.place(TestOrder(isBid: true, price: 1_000_000, quantity: 50)), by: 0, nonce: 1, signed: true)
    #expect(try engine.step(time: 2).transactions.isEmpty)
    #expect(engine.application.local.resting.count == 1)
    try engine.submit(.place(TestOrder(isBid: false, price: 900_000, quantity: 20)), by: 1, nonce: 1, signed: true)
    try engine.submit(.place(TestOrder(isBid: false, price: 1_100_000, quantity: 20)), by: 1, nonce: 2, signed: true)
    let result = try engine.step(time: 3)
    #expect(result.transactions.count == 1 && result.refusals.isEmpty)
    #expect(balance(engine, 0, asset: 1) == 1_000_000_020 && balance(engine, 1) == 1_000_000_020)
    #expect(engine.application.local.resting.map(\.nonce) == [1, 2])
    // The block's signed orders, tampered with, are refused as a whole.
    var tampered = result.transactions[0]
    tampered[40] ^= 1
    let verdict = engine.application.verifier.verify(PooledTransaction(tampered, isFromProposer: true))
    if case .success(let transaction) = verdict {
      #expect(transaction.cosigners.contains { $0 != people[0].address && $0 != people[1].address })
    }
  }
}
