import Canonical
import Ledger
import VenueKit

/// A pool that trades in two steps: an order waits, and a keeper executes it at a price that was observed after it.
public struct OraclePool: TestVenue {
  public typealias Local = NoLocal
  public let fee: Int128
  public let domainSeparator: Hash32

  public init(fee: Int128, chainID: String) {
    self.fee = fee
    domainSeparator = NativeEnvelope.domainSeparator(chainID: chainID)
  }

  public static let description = VenueDescription(
    room: "oraclepool", title: "Two-step oracle pool", transitionVersion: 1, keyPrefix: 0xf2,
    schemes: [.proposer, .native])

  public func perform(
    _ action: TestAction, _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState,
    block: BlockContext, events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    let owner = transaction.signer
    switch action {
    case .place(let order):
      let id = UInt64(state.setting(TestState.nextOrderSetting))
      state.settings.set(TestState.nextOrderSetting, NumberRecord(Int128(id) + 1))
      let (asset, amount) = Self.reserve(order)
      try state.move(
        amount, asset, LedgerAccount(owner, TestState.free), LedgerAccount(owner, TestState.locked))
      state.orders.set(id, OrderRecord(owner: owner, order: order, time: block.time))
      return withUnsafeBytes(of: id.bigEndian) { Array($0) }
    case .cancel(let id):
      guard let record = state.orders[id] else { throw .noSuchOrder(id) }
      guard record.owner == owner else { throw .notYours(id) }
      try release(id, record, &state)
      return []
    case .keep(let id): return try execute(order: id, &state, &events)
    default: throw .unsupported("\(action)")
    }
  }

  private func release(_ id: UInt64, _ record: OrderRecord, _ state: inout TestState) throws(TestRefusal) {
    let (asset, amount) = Self.reserve(record.order)
    try state.move(
      amount, asset, LedgerAccount(record.owner, TestState.locked), LedgerAccount(record.owner, TestState.free))
    state.orders.remove(id)
  }

  /// The owner buys at the high end of the window and sells at the low end; the pool gives what it has.
  private func execute(
    order id: UInt64, _ state: inout TestState, _ events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    guard let record = state.orders[id] else { throw .noSuchOrder(id) }
    guard state.setting(TestState.priceTimeSetting) > Int128(record.time) else { throw .priceTooOld }
    let order = record.order
    let price = state.setting(order.isBid ? TestState.highPriceSetting : TestState.lowPriceSetting)
    guard order.isBid ? price <= order.price : price >= order.price else { throw .notFilled(left: order.quantity) }
    try release(id, record, &state)
    let owner = LedgerAccount(record.owner, TestState.free)
    // The buyer pays the value rounded up, the seller gets it rounded down.
    if order.isBid {
      try state.move(TestOrder.value(order.quantity, at: price), TestState.cash, owner, TestState.pool)
      try state.move(order.quantity, TestState.base, TestState.pool, owner)
    } else {
      try state.move(order.quantity, TestState.base, owner, TestState.pool)
      try state.move(order.quantity * price / 1_000_000, TestState.cash, TestState.pool, owner)
    }
    events.emit(
      .traded(
        maker: .zero, taker: record.owner, takerIsBuyer: order.isBid, price: price, quantity: order.quantity))
    return []
  }

  /// Deposits for the zero address are the pool's capital.
  public func endBlock(state: inout TestState, block: BlockContext, events: inout EventSink<TestEvent>) {
    let gift = LedgerAccount(.zero, TestState.free)
    for asset in [TestState.cash, TestState.base] {
      let amount = state.ledger.balance(of: gift, asset: asset)
      if amount > 0 { try? state.ledger.move(amount, asset: asset, from: gift, to: TestState.pool) }
    }
  }
}
