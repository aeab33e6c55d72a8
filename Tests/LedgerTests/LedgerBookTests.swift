import Canonical
import Ledger
import StateStore
import Testing

private let cash = LedgerPurpose(1, named: "cash")
private let margin = LedgerPurpose(2, named: "margin")
private let deficit = LedgerPurpose(3, named: "deficit", mayBeNegative: true)

private func person(_ number: UInt32) -> Address { Address(word0: 0, word1: 0, word2: number) }

private struct BookTables: StateTables {
  var ledger = LedgerBook(balancesTable: 1, supplyTable: 2)

  mutating func visitTables(_ visitor: inout some TableVisitor) { ledger.visitTables(&visitor) }
}

@Suite struct LedgerBookTests {
  /// Random deposits, withdrawals and moves agree with a plain list of signed postings, refusals included, and every
  /// asset is conserved at every step.
  @Test func randomOperationsEqualPostings() throws {
    var state: UInt64 = 77
    func draw(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let purposes = [cash, margin, deficit]
    var book = LedgerBook(balancesTable: 1, supplyTable: 2)
    var postings: [(LedgerKey, Int128)] = []
    func plain(_ key: LedgerKey) -> Int128 { postings.reduce(0) { $1.0 == key ? $0 + $1.1 : $0 } }
    var refusals = 0
    for _ in 0..<800 {
      let asset = UInt32(draw(2))
      let from = LedgerAccount(person(UInt32(draw(3))), purposes[Int(draw(3))])
      let to = LedgerAccount(person(UInt32(draw(3))), purposes[Int(draw(3))])
      let amount = Int128(draw(100))
      let available = plain(LedgerKey(from, asset: asset))
      let passes = from.purpose.mayBeNegative || available >= amount || amount == 0
      let kind = draw(4)
      do throws(LedgerRefusal) {
        if kind == 0 {
          try book.deposit(amount, asset: asset, to: to)
          postings.append((LedgerKey(to, asset: asset), amount))
          continue
        }
        if kind == 1 {
          try book.withdraw(amount, asset: asset, from: from)
        } else {
          try book.move(amount, asset: asset, from: from, to: to)
          postings.append((LedgerKey(to, asset: asset), amount))
        }
        postings.append((LedgerKey(from, asset: asset), -amount))
        #expect(passes)
      } catch {
        refusals += 1
        #expect(!passes)
        #expect(
          error == .insufficientBalance(account: from, asset: asset, available: available, requested: amount))
      }
      #expect(book.balance(of: from, asset: asset) == plain(LedgerKey(from, asset: asset)))
      #expect(book.conservation().isEmpty)
    }
    #expect(refusals > 50)
    for key in book.balances.sortedKeys() { #expect(book.balances[key]?.amount == plain(key)) }
  }

  /// A balance that returns to zero has no record, a movement of nothing writes none, and both leave the root alone.
  @Test func zeroLeavesNoRecord() throws {
    var store = StateStore(tables: BookTables(), prefix: 9)
    let holder = LedgerAccount(person(1), cash)
    try store.tables.ledger.deposit(5, asset: 0, to: LedgerAccount(person(2), cash))
    let root = store.commit()
    try store.tables.ledger.deposit(0, asset: 3, to: holder)
    try store.tables.ledger.move(0, asset: 0, from: holder, to: LedgerAccount(person(2), cash))
    try store.tables.ledger.withdraw(0, asset: 7, from: holder)
    #expect(store.changesSinceCommit().isEmpty)
    try store.tables.ledger.deposit(12, asset: 1, to: holder)
    try store.tables.ledger.withdraw(12, asset: 1, from: holder)
    #expect(store.recordCount == 2)
    #expect(store.commit() == root)
  }

  /// Refused operations carry their numbers and write nothing, not even one of two sides.
  @Test func refusalsWriteNothing() throws {
    var store = StateStore(tables: BookTables(), prefix: 9)
    let (payer, rich) = (LedgerAccount(person(1), cash), LedgerAccount(person(2), cash))
    let largest = Int128.max
    try store.tables.ledger.deposit(10, asset: 0, to: payer)
    try store.tables.ledger.deposit(largest - 10, asset: 0, to: rich)
    let root = store.commit()
    #expect(throws: LedgerRefusal.negativeAmount(-1)) {
      try store.tables.ledger.move(-1, asset: 0, from: payer, to: rich)
    }
    #expect(throws: LedgerRefusal.insufficientBalance(account: payer, asset: 0, available: 10, requested: 11)) {
      try store.tables.ledger.move(11, asset: 0, from: payer, to: rich)
    }
    #expect(throws: LedgerRefusal.issuedOverflow(asset: 0, issued: largest, amount: 1)) {
      try store.tables.ledger.deposit(1, asset: 0, to: payer)
    }
    let debtor = LedgerAccount(person(3), deficit)
    #expect(throws: LedgerRefusal.balanceOverflow(account: rich, asset: 0, balance: largest - 10, amount: 11)) {
      try store.tables.ledger.move(11, asset: 0, from: debtor, to: rich)
    }
    #expect(throws: LedgerRefusal.insufficientBalance(account: payer, asset: 4, available: 0, requested: 1)) {
      try store.tables.ledger.withdraw(1, asset: 4, from: payer)
    }
    try store.tables.ledger.move(10, asset: 0, from: payer, to: payer)
    #expect(store.changesSinceCommit().isEmpty)
    #expect(store.commit() == root)
  }

  /// A purpose that may be negative goes below zero, and its asset is still conserved.
  @Test func deficitIsABalance() throws {
    var book = LedgerBook(balancesTable: 1, supplyTable: 2)
    let (winner, hole) = (LedgerAccount(person(1), cash), LedgerAccount(person(2), deficit))
    try book.move(30, asset: 2, from: hole, to: winner)
    #expect(book.balance(of: hole, asset: 2) == -30)
    #expect(book.issued(2) == 0)
    #expect(book.conservation().isEmpty)
    try book.withdraw(30, asset: 2, from: winner)
    #expect(book.issued(2) == -30)
    #expect(book.conservation().isEmpty)
  }

  /// The scan finds money written past the doors, on either side.
  @Test func scanFindsViolations() throws {
    var book = LedgerBook(balancesTable: 1, supplyTable: 2)
    try book.deposit(5, asset: 1, to: LedgerAccount(person(1), cash))
    book.balances.set(LedgerKey(owner: person(2), asset: 1, purpose: 1), Balance(amount: 2))
    book.balances.set(LedgerKey(owner: person(2), asset: 8, purpose: 1), Balance(amount: -4))
    book.supply.set(3, IssuedAmount(amount: 6))
    #expect(
      book.conservation() == [
        ConservationViolation(asset: 1, issued: 5, held: 7), ConservationViolation(asset: 3, issued: 6, held: 0),
        ConservationViolation(asset: 8, issued: 0, held: -4),
      ])
  }

  /// Records of zero and keys of another length are not canonical, and keys keep their order in bytes.
  @Test func recordsAreCanonical() throws {
    #expect(throws: CanonicalError.self) { try Balance(canonicalBytes: [UInt8](repeating: 0, count: 16)) }
    #expect(throws: CanonicalError.self) { try IssuedAmount(canonicalBytes: [UInt8](repeating: 0, count: 16)) }
    #expect(try Balance(canonicalBytes: Balance(amount: -3).canonicalBytes).amount == -3)
    let low = LedgerKey(owner: person(1), asset: 256, purpose: 0)
    let high = LedgerKey(owner: person(1), asset: 257, purpose: 0)
    var (lowBytes, highBytes): ([UInt8], [UInt8]) = ([], [])
    low.encodeKey(into: &lowBytes)
    high.encodeKey(into: &highBytes)
    #expect(low < high && lowBytes.lexicographicallyPrecedes(highBytes))
    #expect(LedgerKey(keyBytes: lowBytes[...]) == low)
    #expect(LedgerKey(keyBytes: lowBytes.dropLast()) == nil)
  }
}
