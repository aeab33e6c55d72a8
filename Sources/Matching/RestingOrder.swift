/// The side of the book an order stands on.
@frozen public enum Side: UInt8, Sendable, Hashable, CaseIterable {
  case bid = 0
  case ask = 1

  @inlinable public var opposite: Side { self == .bid ? .ask : .bid }

  /// All ones for asks, zero for bids: `price ^ meritMask` grows with how good a price is for whoever takes it, on both
  /// sides, and no price overflows.
  @inlinable package var meritMask: Int64 { 0 &- Int64(rawValue) }
}

/// An order that rests in a book.
@frozen public struct RestingOrder: Sendable, Hashable {
  /// Unique in its book.
  public var id: UInt64
  /// Whose order it is: a number the room chooses. The book only compares it, to find self-trades.
  public var owner: UInt64
  /// In ticks, greater than zero.
  public var price: Int64
  /// What is left of it, in lots, greater than zero.
  public var quantity: UInt64
  /// Time priority among the orders of one price: lower stands first.
  public var sequence: UInt64

  @inlinable public init(id: UInt64, owner: UInt64, price: Int64, quantity: UInt64, sequence: UInt64) {
    self.id = id
    self.owner = owner
    self.price = price
    self.quantity = quantity
    self.sequence = sequence
  }
}

/// All orders of one price on one side.
@frozen public struct BookLevel: Sendable, Hashable {
  /// In ticks.
  public var price: Int64
  /// Sum of what is left of its orders, in lots.
  public var quantity: UInt64
  public var orderCount: Int

  @inlinable public init(price: Int64, quantity: UInt64, orderCount: Int) {
    self.price = price
    self.quantity = quantity
    self.orderCount = orderCount
  }
}

/// Why a book refuses a change. Nothing was changed.
@frozen public enum BookRefusal: Error, Sendable, Equatable {
  /// The price is zero or negative.
  case priceNotPositive
  /// The quantity is zero.
  case quantityZero
  /// An order with this id rests already.
  case duplicateIdentifier
  /// The order would cross the best opposite price; match it first.
  case crosses
  /// The sum of the level would exceed `UInt64.max` lots.
  case levelOverflow
  /// No order with this id rests.
  case unknownOrder
  /// A reduction to more than what is left.
  case notReduced
  /// The book holds as many orders as its links can number (2^31).
  case full
}
