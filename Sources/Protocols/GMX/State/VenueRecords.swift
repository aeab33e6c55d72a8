import Canonical
import Quantities
import StateStore

/// What the oracle last said of a token. Rule GMX-110.
public struct TokenPriceRecord: CanonicalCodable, Equatable {
  /// Dollars with 30 decimals for one smallest unit.
  public var min: UInt256
  public var max: UInt256
  /// Unix seconds of the observation.
  public var timestamp: UInt64

  public init(min: UInt256, max: UInt256, timestamp: UInt64) {
    self.min = min
    self.max = max
    self.timestamp = timestamp
  }

  var price: Price { Price(min: min, max: max) }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(min)
    encoder.encode(max)
    encoder.encode(timestamp)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    min = try decoder.decode()
    max = try decoder.decode()
    timestamp = try decoder.decodeInteger()
  }
}

/// What was brought in and taken out: of a token in smallest units, of an account in dollars with 30 decimals at the
/// middle prices of those moments. Rule GMX-112.
public struct FlowRecord: CanonicalCodable, Equatable {
  public var deposits = UInt256.zero
  public var withdrawals = UInt256.zero

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(deposits)
    encoder.encode(withdrawals)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    deposits = try decoder.decode()
    withdrawals = try decoder.decode()
  }
}

/// The last nonce of an account.
public struct NonceRecord: CanonicalCodable, Equatable {
  public var last: UInt64

  public init(last: UInt64) { self.last = last }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(last) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { last = try decoder.decodeInteger() }
}

/// A record that only says that its key is taken.
public struct Mark: CanonicalCodable, Equatable {
  public init() {}
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(true) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    guard try decoder.decodeFlag() else { throw .invalidValue("a mark that is not set") }
  }
}

/// A market's first liquidity, which comes in with the first prices. Rule GMX-114.
public struct SeedRecord: CanonicalCodable, Equatable {
  public var longAmount: UInt256
  public var shortAmount: UInt256
  /// Index tokens, a claim on the pool.
  public var positionImpactPool: UInt256

  public init(longAmount: UInt256, shortAmount: UInt256, positionImpactPool: UInt256) {
    self.longAmount = longAmount
    self.shortAmount = shortAmount
    self.positionImpactPool = positionImpactPool
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(longAmount)
    encoder.encode(shortAmount)
    encoder.encode(positionImpactPool)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    longAmount = try decoder.decode()
    shortAmount = try decoder.decode()
    positionImpactPool = try decoder.decode()
  }
}

/// The keeper's pay that waits with a request. Rule GMX-113.
public struct ExecutionFeeRecord: CanonicalCodable, Equatable {
  public var token: TokenID
  public var amount: UInt256

  public init(token: TokenID, amount: UInt256) {
    self.token = token
    self.amount = amount
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(token)
    encoder.encode(amount)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    token = try decoder.decodeInteger()
    amount = try decoder.decode()
  }
}

/// Who may do what a keeper does. Rule GMX-111.
public enum KeeperRole: UInt8, Sendable, CaseIterable {
  case order = 1
  case frozenOrder = 2
  case liquidation = 3
  case deleveraging = 4

  /// The contracts' name.
  public var name: String {
    switch self {
    case .order: "ORDER_KEEPER"
    case .frozenOrder: "FROZEN_ORDER_KEEPER"
    case .liquidation: "LIQUIDATION_KEEPER"
    case .deleveraging: "ADL_KEEPER"
    }
  }
}

/// Numbers that belong to the venue as a whole. Dollars have 30 decimals.
public enum Counter: UInt16, Sendable, CaseIterable {
  case nextRequest = 1
  /// One while only the proposer may act.
  case halted = 2
  case deposits = 3
  case withdrawals = 4
  case liquidations = 5
  case deleveragings = 6
  /// What traders lost on liquidated positions from entry to exit.
  case lossOfLiquidated = 7
  /// What the pools paid to traders less what they got from them, by profit alone.
  case paidToTraders = 8
  /// Profit above the traders' limit that deleveraged positions gave up.
  case forgoneByDeleveraged = 9
  /// The same of positions that closed by themselves.
  case forgoneByClosed = 10
  /// Costs of closed positions that nobody paid.
  case unpaid = 11
  case fundingPaid = 12
  case borrowingPaid = 13
  /// Position, borrowing, liquidation and swap fees that receivers took.
  case fees = 14
}
