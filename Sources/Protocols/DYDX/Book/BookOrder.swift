public import Quantities

/// An order that a node keeps in its book.
public struct BookOrder: Sendable {
  public var order: ClobOrder
  /// The transaction that its owner signed; empty for orders of the state.
  public var sealed: [UInt8]
  /// The authenticators through which a permissioned key placed it; checked again when the order is hit.
  public var authenticators: [UInt64]

  public init(_ order: ClobOrder, sealed: [UInt8] = [], authenticators: [UInt64] = []) {
    self.order = order
    self.sealed = sealed
    self.authenticators = authenticators
  }
}

/// What became of a taker.
public enum OrderStatus: String, Sendable, Equatable {
  case success = "Success"
  case undercollateralized = "Undercollateralized"
  case internalError = "InternalError"
  case immediateOrCancelWouldRest = "ImmediateOrCancelWouldRestOnBook"
  case reduceOnlyResized = "ReduceOnlyResized"
  case liquidationRequiresDeleveraging = "LiquidationRequiresDeleveraging"
  case liquidationExceededNotional = "LiquidationExceededSubaccountMaxNotionalLiquidated"
  case liquidationExceededInsurance = "LiquidationExceededSubaccountMaxInsuranceLost"
  case violatesIsolation = "ViolatesIsolatedSubaccountConstraints"
  case postOnlyWouldCross = "PostOnlyWouldCrossMakerOrder"
}

/// What a trial match came to.
public enum MatchAttempt: Sendable, Equatable {
  case done
  case failed(taker: UpdateResult, maker: UpdateResult)
  case notionalLimit
  case insuranceLimit
  case insuranceFundTooSmall
}

/// What a book asks about accounts while it matches, and where trial matches are kept or undone.
public protocol MatchKeeper {
  /// Layers of trial matches; each is closed by one of the two others.
  mutating func open()
  mutating func keep()
  mutating func undo()
  mutating func attempt(_ taker: Taker, _ maker: ClobOrder, _ amount: UInt64) -> MatchAttempt
  /// Base quantums of the account in the pair's perpetual, matches so far included.
  func position(_ subaccount: Subaccount, pair: UInt32) -> Int256
  func filled(_ key: OrderKey) -> UInt64
  /// Whether everyone else will see that a stateful order must leave the state for this reason.
  func proves(_ reason: RemovalReason, of order: ClobOrder) -> Bool
  /// Whether a permissioned key may still trade for the account.
  func allows(_ order: BookOrder) -> Bool
}

/// What placing an order did.
public struct Placement: Sendable, Equatable {
  public var status: OrderStatus
  /// Base quantums filled by this placement, and of the order in all.
  public var filled: UInt64 = 0
  public var totalFilled: UInt64 = 0
  /// Reduce-only orders that the matches left without a position to reduce.
  public var cancelledReduceOnly: [OrderKey] = []

  public init(status: OrderStatus) { self.status = status }
}
