import Canonical

/// An account: a person, or one of the house's own.
public struct AccountRecord: CanonicalCodable, Equatable {
  public enum Kind: UInt8, Sendable {
    case user = 0
    /// The provider's pool. Nobody liquidates it; it is deleveraged when it has lost all.
    case vault = 1
    /// Takes over what the book could not liquidate.
    case liquidator = 2
    /// Belongs to a user, trades on its own.
    case subAccount = 3
    /// Led by a user, owned by its depositors.
    case userVault = 4
    /// What a user, sub-account or vault has in a builder's dex.
    case dex = 5

    var isHouse: Bool { self == .vault || self == .liquidator }
    var hasOwner: Bool { rawValue >= 3 }
  }

  public var number: AccountID
  public var kind: Kind
  /// Master, leader, or who stands in the dex; zero for every other account.
  public var owner: Address

  public init(number: AccountID, kind: Kind, owner: Address = .zero) {
    self.number = number
    self.kind = kind
    self.owner = owner
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(number)
    encoder.encode(tag: kind.rawValue)
    if kind.hasOwner { encoder.encode(owner) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    number = try decoder.decodeInteger()
    let tag = try decoder.decodeTag()
    guard let kind = Kind(rawValue: tag) else { throw .unknownTag(tag) }
    self.kind = kind
    owner = kind.hasOwner ? try decoder.decodeAddress() : .zero
  }
}

/// Money that came from and went to the outside for one account, all time.
public struct FlowRecord: CanonicalCodable, Equatable {
  public var deposits: Money
  public var withdrawals: Money

  public init(deposits: Money = 0, withdrawals: Money = 0) {
    self.deposits = deposits
    self.withdrawals = withdrawals
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(deposits)
    encoder.encode(withdrawals)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    deposits = try decoder.decodeInteger()
    withdrawals = try decoder.decodeInteger()
  }
}

/// A whole number standing alone: a balance, a counter, a time.
public struct Amount: CanonicalCodable, Equatable {
  public var value: Int128

  public init(_ value: Int128) { self.value = value }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(value) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { value = try decoder.decodeInteger() }
}

/// The highest nonces of a signer, ascending.
public struct SignerNonces: CanonicalCodable, Equatable {
  public var nonces: [UInt64] = []

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(nonces.count))
    for nonce in nonces { encoder.encode(nonce) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let count = try decoder.decodeCount(minimumSize: 8)
    nonces.reserveCapacity(count)
    for _ in 0..<count { nonces.append(try decoder.decodeInteger()) }
  }
}

/// A position; absent when flat.
public struct PositionRecord: CanonicalCodable, Equatable {
  /// Lots, negative for a short.
  public var size: Lots
  /// Exact cost of the lots held, with the sign of the size: average entry is cost over size. Rule HL-37.
  public var cost: Money
  /// The market's cumulative funding when this position last settled.
  public var fundingIndex: Int128

  public init(size: Lots, cost: Money, fundingIndex: Int128) {
    self.size = size
    self.cost = cost
    self.fundingIndex = fundingIndex
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(size)
    encoder.encode(cost)
    encoder.encode(fundingIndex)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    size = try decoder.decodeInteger()
    cost = try decoder.decodeInteger()
    fundingIndex = try decoder.decodeInteger()
  }
}

/// An account's choice for a market; absent while it is the default (cross, at most 20).
public struct LeverageRecord: CanonicalCodable, Equatable {
  public var leverage: UInt32
  public var isCross: Bool

  public init(leverage: UInt32, isCross: Bool) {
    self.leverage = leverage
    self.isCross = isCross
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(leverage)
    encoder.encode(isCross)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    leverage = try decoder.decodeInteger()
    isCross = try decoder.decodeFlag()
  }
}

/// An order in a book.
public struct OrderRecord: CanonicalCodable, Equatable {
  public var account: AccountID
  public var asset: AssetID
  public var isBuy: Bool
  public var reduceOnly: Bool
  public var timeInForce: TimeInForce
  /// Trigger orders wait for this one to be filled.
  public var hasChildren: Bool
  public var price: Ticks
  /// Lots left and lots placed.
  public var size: Lots
  public var originalSize: Lots
  public var cloid: ClientOrderID?
  /// Unix milliseconds of placing.
  public var time: Int64
  /// Time priority: the oid, or for a fired trigger order a later number.
  public var sequence: UInt64

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(asset)
    encoder.encode(isBuy)
    encoder.encode(reduceOnly)
    encoder.encode(tag: timeInForce.rawValue)
    encoder.encode(hasChildren)
    encoder.encode(price)
    encoder.encode(size)
    encoder.encode(originalSize)
    encoder.encode(cloid: cloid)
    encoder.encode(time)
    encoder.encode(sequence)
  }

  public init(
    account: AccountID, asset: AssetID, isBuy: Bool, reduceOnly: Bool, timeInForce: TimeInForce, hasChildren: Bool,
    price: Ticks, size: Lots, originalSize: Lots, cloid: ClientOrderID?, time: Int64, sequence: UInt64
  ) {
    self.account = account
    self.asset = asset
    self.isBuy = isBuy
    self.reduceOnly = reduceOnly
    self.timeInForce = timeInForce
    self.hasChildren = hasChildren
    self.price = price
    self.size = size
    self.originalSize = originalSize
    self.cloid = cloid
    self.time = time
    self.sequence = sequence
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeInteger()
    asset = try decoder.decodeInteger()
    isBuy = try decoder.decodeFlag()
    reduceOnly = try decoder.decodeFlag()
    let tag = try decoder.decodeTag()
    guard let timeInForce = TimeInForce(rawValue: tag) else { throw .unknownTag(tag) }
    self.timeInForce = timeInForce
    hasChildren = try decoder.decodeFlag()
    price = try decoder.decodeInteger()
    size = try decoder.decodeInteger()
    originalSize = try decoder.decodeInteger()
    cloid = try decoder.decodeCloid()
    time = try decoder.decodeInteger()
    sequence = try decoder.decodeInteger()
  }
}

/// A stop-loss or take-profit order, or an entry at a trigger price.
public struct TriggerRecord: CanonicalCodable, Equatable {
  public var account: AccountID
  public var asset: AssetID
  public var isBuy: Bool
  public var isMarket: Bool
  public var isTakeProfit: Bool
  /// Armed orders fire at their price; the others wait for `parent`.
  public var isArmed: Bool
  public var triggerPrice: Ticks
  public var limitPrice: Ticks
  /// Lots; zero is the whole position at the time.
  public var size: Lots
  /// False for an entry, which may open a position.
  public var reduceOnly: Bool
  /// The order it waits for, zero for none.
  public var parent: UInt64
  /// Siblings share a group (the least oid of theirs): one cancels the others. Zero for none.
  public var group: UInt64
  public var cloid: ClientOrderID?
  public var time: Int64

  /// Fires at marks at or above the trigger price, otherwise at or below it.
  public var firesAbove: Bool { isBuy != isTakeProfit }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(asset)
    encoder.encode(isBuy)
    encoder.encode(isMarket)
    encoder.encode(isTakeProfit)
    encoder.encode(isArmed)
    encoder.encode(triggerPrice)
    encoder.encode(limitPrice)
    encoder.encode(size)
    encoder.encode(reduceOnly)
    encoder.encode(parent)
    encoder.encode(group)
    encoder.encode(cloid: cloid)
    encoder.encode(time)
  }

  public init(
    account: AccountID, asset: AssetID, isBuy: Bool, isMarket: Bool, isTakeProfit: Bool, isArmed: Bool,
    triggerPrice: Ticks, limitPrice: Ticks, size: Lots, reduceOnly: Bool, parent: UInt64, group: UInt64,
    cloid: ClientOrderID?, time: Int64
  ) {
    self.account = account
    self.asset = asset
    self.isBuy = isBuy
    self.isMarket = isMarket
    self.isTakeProfit = isTakeProfit
    self.isArmed = isArmed
    self.triggerPrice = triggerPrice
    self.limitPrice = limitPrice
    self.size = size
    self.reduceOnly = reduceOnly
    self.parent = parent
    self.group = group
    self.cloid = cloid
    self.time = time
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeInteger()
    asset = try decoder.decodeInteger()
    isBuy = try decoder.decodeFlag()
    isMarket = try decoder.decodeFlag()
    isTakeProfit = try decoder.decodeFlag()
    isArmed = try decoder.decodeFlag()
    triggerPrice = try decoder.decodeInteger()
    limitPrice = try decoder.decodeInteger()
    size = try decoder.decodeInteger()
    reduceOnly = try decoder.decodeFlag()
    parent = try decoder.decodeInteger()
    group = try decoder.decodeInteger()
    cloid = try decoder.decodeCloid()
    time = try decoder.decodeInteger()
  }
}
