import Canonical
import Cryptography
import Ledger
import StateStore
import VenueKit

/// A book that every node keeps in memory: orders never stand in blocks on their own; the proposer's operations carry the
/// signed orders of each match.
public struct OperationsBook: TestVenue {
  /// Orders that this node knows, as sealed by their owners.
  public struct Memory: Sendable {
    public var resting: [Entry] = []

    public struct Entry: Sendable, Equatable {
      public var owner: Address
      public var order: TestOrder
      public var nonce: UInt64
      public var sealed: [UInt8]
    }
  }

  public let fee: Int128
  public let domainSeparator: Hash32

  public init(fee: Int128, chainID: String) {
    self.fee = fee
    domainSeparator = NativeEnvelope.domainSeparator(chainID: chainID)
  }

  public static let description = VenueDescription(
    room: "operations", title: "Book of proposer's operations", transitionVersion: 1, keyPrefix: 0xf3,
    schemes: [.proposer, .native])

  public func makeLocal() -> Memory { Memory() }

  /// Orders go into memory as their owners sealed them; other actions wait for a block.
  public func admit(
    _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState, local: inout Memory,
    block: BlockContext
  ) throws(TestRefusal) {
    guard case .place(let order) = transaction.content.action else {
      return try charge(transaction, state: &state, block: block)
    }
    let sealed = transaction.content.sealed
    guard state.fills[SHA256.hash(sealed)] == nil, !local.resting.contains(where: { $0.sealed == sealed }) else {
      throw .nonceUsed(last: transaction.content.nonce, given: transaction.content.nonce)
    }
    let (asset, amount) = Self.reserve(order)
    let available = state.ledger.balance(
      of: LedgerAccount(transaction.signer, TestState.free), asset: asset)
    guard available >= amount else { throw .insufficient(available: available, requested: amount) }
    local.resting.append(
      Memory.Entry(
        owner: transaction.signer, order: order, nonce: transaction.content.nonce, sealed: sealed))
  }

  /// Matches what crosses in memory, oldest first, and puts the matches behind the other proposer's data.
  public func propose(
    _ pool: [AuthenticatedTransaction<TestContent>], state: TestState, local: inout Memory, block: BlockContext
  ) -> [ProposedTransaction] {
    var left = local.resting.map(\.order.quantity)
    var matches: [TestMatch] = []
    for taker in local.resting.indices {
      for maker in local.resting.indices where maker < taker && left[maker] > 0 && left[taker] > 0 {
        let resting = local.resting[maker]
        let arriving = local.resting[taker]
        guard resting.order.isBid != arriving.order.isBid,
          resting.order.isBid
            ? resting.order.price >= arriving.order.price : resting.order.price <= arriving.order.price
        else { continue }
        let quantity = min(left[maker], left[taker])
        left[maker] -= quantity
        left[taker] -= quantity
        matches.append(TestMatch(maker: resting.sealed, taker: arriving.sealed, quantity: quantity))
      }
    }
    var proposal = orderByRank(pool).filter { !isOrder(pool[$0]) }.map { ProposedTransaction.pooled($0) }
    if !matches.isEmpty {
      let operations = seal(TestContent(.operations(matches), nonce: 0), authority: .proposer)
      proposal.insert(.added(operations), at: pool.count { $0.isProposer })
    }
    return proposal
  }

  private func isOrder(_ transaction: AuthenticatedTransaction<TestContent>) -> Bool {
    if case .place = transaction.content.action { true } else { false }
  }

  public func validate(
    _ transactions: [AuthenticatedTransaction<TestContent>], state: TestState, local: Memory, block: BlockContext
  ) throws(TestRefusal) {
    var operations = 0
    for transaction in transactions {
      if isOrder(transaction) { throw .unsupported("an order outside the proposer's operations") }
      if case .operations = transaction.content.action { operations += 1 }
    }
    guard operations <= 1 else { throw .unsupported("two transactions of operations") }
  }

  public func committed(
    _ transactions: [AuthenticatedTransaction<TestContent>], state: TestState, local: inout Memory,
    block: BlockContext
  ) {
    // Filled orders leave memory.
    local.resting.removeAll { entry in
      (state.fills[SHA256.hash(entry.sealed)]?.value ?? 0) >= entry.order.quantity
    }
  }

  public func perform(
    _ action: TestAction, _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState,
    block: BlockContext, events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    guard case .operations(let matches) = action, transaction.isProposer else { throw .unsupported("\(action)") }
    for (place, match) in matches.enumerated() {
      let maker = transaction.cosigners[2 * place]
      let taker = transaction.cosigners[2 * place + 1]
      let resting = try order(match.maker)
      let arriving = try order(match.taker)
      let crosses =
        resting.isBid ? resting.price >= arriving.price : resting.price <= arriving.price
      guard resting.isBid != arriving.isBid, crosses, match.quantity > 0 else { throw .unsupported("this match") }
      try fill(match.maker, resting, match.quantity, &state)
      try fill(match.taker, arriving, match.quantity, &state)
      let buyer = LedgerAccount(resting.isBid ? maker : taker, TestState.free)
      let seller = LedgerAccount(resting.isBid ? taker : maker, TestState.free)
      try state.move(TestOrder.value(match.quantity, at: resting.price), TestState.cash, buyer, seller)
      try state.move(match.quantity, TestState.base, seller, buyer)
      events.emit(
        .traded(
          maker: maker, taker: taker, takerIsBuyer: arriving.isBid, price: resting.price, quantity: match.quantity))
    }
    return []
  }

  private func order(_ sealed: [UInt8]) throws(TestRefusal) -> TestOrder {
    guard case .place(let order) = try decode(sealed).content.action else { throw .unsupported("not an order") }
    return order
  }

  /// No order is filled beyond its quantity, in however many blocks.
  private func fill(
    _ sealed: [UInt8], _ order: TestOrder, _ quantity: Int128, _ state: inout TestState
  ) throws(TestRefusal) {
    let hash = SHA256.hash(sealed)
    let filled = state.fills[hash]?.value ?? 0
    guard quantity <= order.quantity - filled else { throw .notFilled(left: order.quantity - filled) }
    state.fills.set(hash, NumberRecord(filled + quantity))
  }
}
