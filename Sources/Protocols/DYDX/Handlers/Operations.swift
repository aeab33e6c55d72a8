public import Canonical

/// Base quantums of one resting order in a match.
public struct MakerFill: Sendable, Hashable, CanonicalCodable {
  public var maker: OrderKey
  public var amount: UInt64

  public init(maker: OrderKey, amount: UInt64) {
    self.maker = maker
    self.amount = amount
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(maker)
    encoder.encode(amount)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    maker = try decoder.decode()
    amount = try decoder.decodeInteger()
  }
}

/// A liquidation's match as a block tells it.
public struct LiquidationMatch: Sendable, Hashable {
  public var liquidated: Subaccount
  public var pair: UInt32
  public var perpetual: UInt32
  public var totalSize: UInt64
  public var isBuy: Bool
  public var fills: [MakerFill]

  public init(
    liquidated: Subaccount, pair: UInt32, perpetual: UInt32, totalSize: UInt64, isBuy: Bool, fills: [MakerFill]
  ) {
    self.liquidated = liquidated
    self.pair = pair
    self.perpetual = perpetual
    self.totalSize = totalSize
    self.isBuy = isBuy
    self.fills = fills
  }
}

/// A deleveraging as a block tells it; without fills it tells that an account is negative.
public struct DeleveragingMatch: Sendable, Hashable {
  public struct Fill: Sendable, Hashable, CanonicalCodable {
    public var offsetting: Subaccount
    public var amount: UInt64

    public init(offsetting: Subaccount, amount: UInt64) {
      self.offsetting = offsetting
      self.amount = amount
    }

    public func encode(into encoder: inout CanonicalEncoder) {
      encoder.encode(offsetting)
      encoder.encode(amount)
    }

    public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
      offsetting = try decoder.decode()
      amount = try decoder.decodeInteger()
    }
  }

  public var liquidated: Subaccount
  public var perpetual: UInt32
  public var fills: [Fill]
  public var isFinalSettlement: Bool

  public init(liquidated: Subaccount, perpetual: UInt32, fills: [Fill], isFinalSettlement: Bool) {
    self.liquidated = liquidated
    self.perpetual = perpetual
    self.fills = fills
    self.isFinalSettlement = isFinalSettlement
  }
}

/// Why a proposer takes a stateful order out of the state.
public enum RemovalReason: UInt8, Sendable, Hashable, CaseIterable {
  case unspecified = 0
  case undercollateralized = 1
  case invalidReduceOnly = 2
  case postOnlyWouldCross = 3
  case invalidSelfTrade = 4
  case conditionalFillOrKill = 5
  case conditionalImmediateWouldRest = 6
  case fullyFilled = 7
  case violatesIsolation = 8
  case permissionedKeyExpired = 9
}

/// What a proposer's queue holds, in order: placements of short-term orders, matches, removals.
public enum Operation: Sendable, Hashable {
  /// A short-term order and the transaction that its owner signed.
  case placement(ClobOrder, sealed: [UInt8])
  case match(taker: OrderKey, fills: [MakerFill])
  case liquidation(LiquidationMatch)
  case deleveraging(DeleveragingMatch)
  case removal(OrderKey, RemovalReason)
}
