import Canonical
import Ledger
import VenueKit

/// A spot book in the state whose blocks are ordered by kind: proposer's data, cancels, everything else.
public struct KindsFirstBook: TestVenue {
  public typealias Local = NoLocal
  public let fee: Int128
  public let domainSeparator: Hash32

  public init(fee: Int128, chainID: String) {
    self.fee = fee
    domainSeparator = NativeEnvelope.domainSeparator(chainID: chainID)
  }

  public static let description = VenueDescription(
    room: "kindsfirst", title: "Book ordered by kind", transitionVersion: 1, keyPrefix: 0xf1,
    schemes: [.proposer, .native])

  public func rank(_ transaction: AuthenticatedTransaction<TestContent>) -> UInt8 {
    if transaction.isProposer { return 0 }
    if case .cancel = transaction.content.action { return 1 }
    return 2
  }

  public func perform(
    _ action: TestAction, _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState,
    block: BlockContext, events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    switch action {
    case .place(let order):
      return try place(order, by: transaction.signer, state: &state, block: block, events: &events)
    case .cancel(let id):
      guard let record = state.orders[id] else { throw .noSuchOrder(id) }
      guard record.owner == transaction.signer else { throw .notYours(id) }
      let (asset, amount) = Self.reserve(record.order)
      try state.move(
        amount, asset, LedgerAccount(record.owner, TestState.locked), LedgerAccount(record.owner, TestState.free))
      state.orders.remove(id)
      state.unindex(id)
      return []
    default: throw .unsupported("\(action)")
    }
  }

  private func place(
    _ order: TestOrder, by owner: Address, state: inout TestState, block: BlockContext,
    events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    let id = UInt64(state.setting(TestState.nextOrderSetting))
    state.settings.set(TestState.nextOrderSetting, NumberRecord(Int128(id) + 1))
    let (asset, amount) = Self.reserve(order)
    let free = LedgerAccount(owner, TestState.free)
    let locked = LedgerAccount(owner, TestState.locked)
    try state.move(amount, asset, free, locked)
    var left = order
    while left.quantity > 0, let makerID = order.isBid ? state.asks.first : state.bids.first,
      let maker = state.orders[makerID],
      order.isBid ? maker.order.price <= order.price : maker.order.price >= order.price
    {
      try fill(&left, owner, makerID, maker, state: &state, events: &events)
    }
    if order.isAllOrNone && left.quantity > 0 { throw .notFilled(left: left.quantity) }
    // What is locked beyond what the rest needs goes back: the price was better, or the fills rounded.
    let rest = left.quantity > 0 ? Self.reserve(left).amount : 0
    let held = state.ledger.balance(of: locked, asset: asset) - lockedByOthers(owner, asset, state)
    if held > rest { try state.move(held - rest, asset, locked, free) }
    if left.quantity > 0 {
      state.orders.set(id, OrderRecord(owner: owner, order: left, time: block.time))
      state.index(id)
    }
    return withUnsafeBytes(of: id.bigEndian) { Array($0) }
  }

  private func lockedByOthers(_ owner: Address, _ asset: UInt32, _ state: TestState) -> Int128 {
    var sum: Int128 = 0
    for id in state.bids + state.asks {
      guard let record = state.orders[id], record.owner == owner else { continue }
      let (ownAsset, amount) = Self.reserve(record.order)
      if ownAsset == asset { sum += amount }
    }
    return sum
  }

  /// Trades at the maker's price; the buyer pays the value rounded up.
  private func fill(
    _ taker: inout TestOrder, _ owner: Address, _ makerID: UInt64, _ maker: OrderRecord, state: inout TestState,
    events: inout EventSink<TestEvent>
  ) throws(TestRefusal) {
    let quantity = min(taker.quantity, maker.order.quantity)
    let before = Self.reserve(maker.order)
    var rest = maker.order
    rest.quantity -= quantity
    let after = rest.quantity > 0 ? Self.reserve(rest).amount : 0
    let value = TestOrder.value(quantity, at: maker.order.price)
    let buyer = taker.isBid ? owner : maker.owner
    let seller = taker.isBid ? maker.owner : owner
    // A bid that rests pays from what it locked; rounding may leave it a millionth more, or ask for one from its rest.
    let paid = taker.isBid ? value : min(value, before.amount - after)
    try state.move(
      paid, TestState.cash, LedgerAccount(buyer, TestState.locked), LedgerAccount(seller, TestState.free))
    try state.move(
      quantity, TestState.base, LedgerAccount(seller, TestState.locked), LedgerAccount(buyer, TestState.free))
    taker.quantity -= quantity
    if rest.quantity > 0 {
      state.orders.update(makerID) { $0.order = rest }
    } else {
      state.orders.remove(makerID)
      state.unindex(makerID)
    }
    events.emit(
      .traded(
        maker: maker.owner, taker: owner, takerIsBuyer: taker.isBid, price: maker.order.price, quantity: quantity))
  }
}
