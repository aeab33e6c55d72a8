/// What a node proposes: matches with the placements they need, and removals, in order. Rule DYDX-17.
public struct OperationsQueue: Sendable {
  /// A stateful order stands in the queue without being proposed: everyone has it in state.
  public enum Entry: Sendable, Equatable {
    case operation(Operation)
    case stateful(ClobOrder)
    /// The match of a liquidation order, with the order's price.
    case liquidation(LiquidationOrder, [MakerFill])
  }

  public private(set) var entries: [Entry] = []
  /// The latest version placed of each order.
  private var placed: [OrderKey: ClobOrder] = [:]  // lookup only
  private var removed: Set<OrderKey> = []  // lookup only
  private var permissions: [OrderKey: [UInt64]] = [:]  // lookup only

  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// The version of an order that matched already.
  func matched(_ key: OrderKey) -> ClobOrder? { placed[key] }

  /// The authenticators of an order that was placed through some.
  func authenticators(of key: OrderKey) -> [UInt64] { permissions[key] ?? [] }

  func isRemoved(_ key: OrderKey) -> Bool { removed.contains(key) }

  mutating func place(_ order: BookOrder) {
    let key = order.order.key
    guard placed[key] != order.order else { return }
    placed[key] = order.order
    if !order.authenticators.isEmpty { permissions[key] = order.authenticators }
    entries.append(
      key.isShortTerm ? .operation(.placement(order.order, sealed: order.sealed)) : .stateful(order.order))
  }

  mutating func match(_ taker: Taker, _ fills: [MakerFill]) {
    switch taker {
    case .order(let order): entries.append(.operation(.match(taker: order.key, fills: fills)))
    case .liquidation(let order): entries.append(.liquidation(order, fills))
    }
  }

  mutating func append(_ operation: Operation) { entries.append(.operation(operation)) }

  /// Once for each order; a removed order is placed anew if it comes again.
  mutating func remove(_ key: OrderKey, _ reason: RemovalReason) {
    guard key.isStateful, removed.insert(key).inserted else { return }
    entries.append(.operation(.removal(key, reason)))
  }

  /// The operations as a block carries them.
  public var proposal: [Operation] {
    entries.compactMap { entry in
      switch entry {
      case .operation(let operation): operation
      case .stateful: nil
      case .liquidation(let order, let fills):
        .liquidation(
          LiquidationMatch(
            liquidated: order.subaccount, pair: order.pair, perpetual: order.perpetual, totalSize: order.quantums,
            isBuy: order.isBuy, fills: fills))
      }
    }
  }
}
