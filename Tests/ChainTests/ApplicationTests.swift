import Canonical
import Quantities
import StateStore
import Testing
import TestVenues
import VenueKit

@testable import Chain

@Suite struct ApplicationTests {
  typealias Book = KindsFirstBook

  func context(_ height: UInt64, _ time: Int64) -> BlockContext {
    BlockContext(chainID: "test-1", height: height, time: time, proposer: .zero)
  }

  func hash(_ number: UInt64) -> Hash32 { Hash32(word0: number, word1: 0, word2: 0, word3: 0) }

  /// A promoted candidate, a dropped one and straight execution all give the root of the solo engine.
  @Test func candidatesEqualStraightExecution() throws {
    let solo = try SoloEngine<Book>(genesis: genesis, options: options())
    var promoted = solo.application
    var straight = solo.application
    try solo.fund()
    for height in UInt64(1)...6 {
      for person in 0..<6 {
        try solo.submit(
          .place(TestOrder(isBid: person % 2 == 0, price: 1_000_000, quantity: Int128(person + 1))), by: person,
          nonce: height)
      }
      let result = try solo.step(time: Int64(height) * 10)
      let block = context(height, Int64(height) * 10)
      let before = promoted.store.root
      // A rival proposal without the last transaction, then the one that is decided.
      #expect(promoted.processProposal(result.transactions.dropLast(), hash: hash(1), block: block) == .accept)
      #expect(promoted.processProposal(result.transactions, hash: hash(2), block: block) == .accept)
      #expect(promoted.store.root == before && promoted.info.height == height - 1)
      let execution = try promoted.finalizeBlock(result.transactions, hash: hash(2), block: block)
      #expect(execution.root == result.root && execution.receipts == result.receipts)
      #expect(promoted.store.root == before)
      try promoted.commit()
      _ = try straight.finalizeBlock(result.transactions, hash: nil, block: block)
      try straight.commit()
      #expect(promoted.info.appHash == result.root && straight.info.appHash == result.root)
      #expect(promoted.info.height == height)
    }
  }

  /// Proposals out of order, unverifiable or of the wrong height are refused, and commit needs a decision.
  @Test func badProposalsAreRefused() throws {
    let solo = try SoloEngine<Book>(genesis: genesis, options: options())
    var application = solo.application
    let cancel = solo.venue.seal(TestContent(.cancel(order: 1), nonce: 1), authority: authority(0, signed: true))
    let place = solo.venue.seal(
      TestContent(.place(TestOrder(isBid: true, price: 1, quantity: 1)), nonce: 2),
      authority: authority(0, signed: true))
    let block = context(1, 1)
    #expect(application.processProposal([cancel, place], hash: hash(1), block: block) == .accept)
    #expect(application.processProposal([place, cancel], hash: hash(2), block: block) != .accept)
    #expect(application.processProposal([cancel, [7]], hash: hash(3), block: block) != .accept)
    #expect(
      application.prepareProposal(
        pool: [place, [7], [], cancel].map { PooledTransaction($0) }, maximumBytes: 1000, block: block) == [
          cancel, place,
        ])
    #expect(
      application.prepareProposal(
        pool: [place, cancel].map { PooledTransaction($0) }, maximumBytes: place.count, block: block) == [place])
    #expect(throws: ChainError.wrongHeight(expected: 1, given: 2)) {
      try application.finalizeBlock([], hash: nil, block: context(2, 5))
    }
    #expect(throws: ChainError.nothingFinalized) { try application.commit() }
  }

  /// CheckTx remembers what it admitted until the next commit, and never touches the committed state.
  @Test func checksRunOnABranch() throws {
    let solo = try SoloEngine<Book>(genesis: genesis, options: options())
    try solo.fund()
    _ = try solo.step(time: 1)
    var application = solo.application
    let first = solo.venue.seal(TestContent(.cancel(order: 1), nonce: 5), authority: authority(0, signed: true))
    try application.checkTransaction(first)
    #expect(throws: Refusal.self) { try application.checkTransaction(first) }
    #expect(throws: Refusal.self) { try application.checkTransaction([]) }
    #expect(throws: Refusal.self) {
      try application.checkTransaction(
        solo.venue.seal(
          TestContent(.price(low: 1, high: 1), nonce: 0), authority: .proposer))
    }
    #expect(application.store.root == solo.root && application.store.changesSinceCommit().isEmpty)
    _ = try application.finalizeBlock([], hash: nil, block: context(2, 2))
    try application.commit()
    try application.checkTransaction(first)
  }

  /// Queries are proven under the root, for a record and for its absence.
  @Test func proofsHold() throws {
    let chain: any VenueChain = try VenueFactory.of(Book.self).make(genesis, options())
    try chain.submit(deposit: 5_000_000_000_000, to: people[0].address)
    try chain.submit(
      .withdraw(amount: 1_000_000_000_000), authority: .unsigned(people[0].address))
    #expect(try chain.step(time: 1).refusals.isEmpty)
    let key = try #require(chain.stateKey(kind: "nonce", argument: people[0].address.hex))
    let answer = try chain.query(key: key, prove: true)
    #expect(answer.value != nil && answer.proof != nil && answer.root == chain.root)
    let absent = try chain.query(key: chain.stateKey(kind: "nonce", argument: people[1].address.hex) ?? [], prove: true)
    #expect(absent.value == nil && absent.proof != nil)
    #expect(chain.describe(key: key)?.hasPrefix("nonces[") == true)
    #expect(chain.account(people[0].address).withdrawable == 3_999_999_000_000)
    #expect(chain.accounts().contains(people[0].address))
  }
}
