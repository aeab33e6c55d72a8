public import Canonical
public import Quantities

extension AccountHoldings: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(quoteQuantums)
    encoder.encode(list: positions)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(quoteQuantums: try decoder.decode(), positions: try decoder.decodeList())
    for (position, next) in zip(positions, positions.dropFirst()) where position.perpetual >= next.perpetual {
      throw .invalidValue("positions out of order")
    }
    if isEmpty || positions.contains(where: { $0.quantums.isZero }) { throw .invalidValue("an empty holding") }
  }

  /// An account with nothing has no record.
  public var isEmpty: Bool { quoteQuantums.isZero && positions.isEmpty }
}

extension PerpetualPosition: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(perpetual)
    encoder.encode(quantums)
    encoder.encode(fundingIndex)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      perpetual: try decoder.decodeInteger(), quantums: try decoder.decode(), fundingIndex: try decoder.decode())
  }
}

/// A whole number: a price, a count, a height.
public struct Whole: CanonicalCodable, Equatable {
  public var value: UInt64

  public init(_ value: UInt64) { self.value = value }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(value) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { value = try decoder.decodeInteger() }
}

/// A signed number of the room's statistics, in quote quantums or a count.
public struct Amount: CanonicalCodable, Equatable {
  public var value: Int256

  public init(_ value: Int256) { self.value = value }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(value) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { value = try decoder.decode() }
}

/// What of an order was filled, in base quantums, and from when on a short-term order may be forgotten (0: never).
public struct FillRecord: CanonicalCodable, Equatable {
  public var filled: UInt64
  public var prunableHeight: UInt32

  public init(filled: UInt64, prunableHeight: UInt32) {
    self.filled = filled
    self.prunableHeight = prunableHeight
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(filled)
    encoder.encode(prunableHeight)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    filled = try decoder.decodeInteger()
    prunableHeight = try decoder.decodeInteger()
  }
}

/// An order that lives in state. `index` grows with every placement, also with that of a trigger.
public struct StatefulOrderRecord: CanonicalCodable, Equatable {
  public var order: ClobOrder
  public var height: UInt64
  public var index: UInt64

  public init(order: ClobOrder, height: UInt64, index: UInt64) {
    self.order = order
    self.height = height
    self.index = index
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(order)
    encoder.encode(height)
    encoder.encode(index)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    order = try decoder.decode()
    height = try decoder.decodeInteger()
    index = try decoder.decodeInteger()
  }
}

/// A time-weighted order and what of it is left.
public struct TimeWeightedRecord: CanonicalCodable, Equatable {
  public var order: ClobOrder
  public var remainingLegs: UInt32
  public var remainingQuantums: UInt64
  public var height: UInt64

  public init(order: ClobOrder, remainingLegs: UInt32, remainingQuantums: UInt64, height: UInt64) {
    self.order = order
    self.remainingLegs = remainingLegs
    self.remainingQuantums = remainingQuantums
    self.height = height
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(order)
    encoder.encode(remainingLegs)
    encoder.encode(remainingQuantums)
    encoder.encode(height)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    order = try decoder.decode()
    remainingLegs = try decoder.decodeInteger()
    remainingQuantums = try decoder.decodeInteger()
    height = try decoder.decodeInteger()
  }
}

/// A few order ids: part of a list that grows in blocks of `limit`.
public struct OrderList: CanonicalCodable, Equatable {
  public static let limit = 16
  public var keys: [OrderKey]

  public init(_ keys: [OrderKey]) { self.keys = keys }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(list: keys) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    keys = try decoder.decodeList(limit: Self.limit)
  }
}

/// Volumes in quote quantums.
public struct StatsRecord: CanonicalCodable, Equatable {
  public var taker: Int256
  public var maker: Int256

  public init(taker: Int256 = 0, maker: Int256 = 0) {
    self.taker = taker
    self.maker = maker
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(taker)
    encoder.encode(maker)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    taker = try decoder.decode()
    maker = try decoder.decode()
  }
}

/// Premiums of one perpetual, in parts per million of eight hours, in order of arrival.
public struct PremiumRecord: CanonicalCodable, Equatable {
  public var values: [Int32]

  public init(_ values: [Int32] = []) { self.values = values }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(values.count))
    for value in values { encoder.encode(value) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let count = try decoder.decodeCount(minimumSize: 4)
    values = []
    for _ in 0..<count { values.append(try decoder.decodeInteger()) }
  }
}

/// A clock of the chain; seconds.
public struct EpochRecord: CanonicalCodable, Equatable {
  public var nextTick: UInt64
  public var duration: UInt64
  /// Counts from 0, which is before the first tick.
  public var number: UInt64
  public var startBlock: UInt64

  public init(nextTick: UInt64, duration: UInt64, number: UInt64 = 0, startBlock: UInt64 = 0) {
    self.nextTick = nextTick
    self.duration = duration
    self.number = number
    self.startBlock = startBlock
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(nextTick)
    encoder.encode(duration)
    encoder.encode(number)
    encoder.encode(startBlock)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    nextTick = try decoder.decodeInteger()
    duration = try decoder.decodeInteger()
    number = try decoder.decodeInteger()
    startBlock = try decoder.decodeInteger()
  }
}

/// What was liquidated of one account in the present block.
public struct LiquidationInfo: CanonicalCodable, Equatable {
  /// Ascending.
  public var perpetuals: [UInt32]
  /// Quote quantums.
  public var notional: Int256
  public var insuranceLost: Int256

  public init(perpetuals: [UInt32] = [], notional: Int256 = 0, insuranceLost: Int256 = 0) {
    self.perpetuals = perpetuals
    self.notional = notional
    self.insuranceLost = insuranceLost
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(perpetuals.count))
    for perpetual in perpetuals { encoder.encode(perpetual) }
    encoder.encode(notional)
    encoder.encode(insuranceLost)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    perpetuals = []
    for _ in 0..<(try decoder.decodeCount(minimumSize: 4)) { perpetuals.append(try decoder.decodeInteger()) }
    notional = try decoder.decode()
    insuranceLost = try decoder.decode()
  }
}

/// Lowest and highest trade of a pair in the present block, in subticks.
public struct TradedPrices: CanonicalCodable, Equatable {
  public var lowest: UInt64
  public var highest: UInt64

  public init(lowest: UInt64, highest: UInt64) {
    self.lowest = lowest
    self.highest = highest
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(lowest)
    encoder.encode(highest)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    lowest = try decoder.decodeInteger()
    highest = try decoder.decodeInteger()
  }
}
