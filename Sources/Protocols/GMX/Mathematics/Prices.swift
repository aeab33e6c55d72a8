import Quantities

/// A token's price: dollars with 30 decimals for one smallest unit.
public struct Price: Sendable, Equatable {
  public var min: UInt256
  public var max: UInt256

  public init(min: UInt256, max: UInt256) {
    self.min = min
    self.max = max
  }

  var middle: UInt256 { get throws(Revert) { try (max + min) / 2 } }

  func pick(maximize: Bool) -> UInt256 { maximize ? max : min }

  /// The price that makes a profit larger or smaller.
  func pick(forLong isLong: Bool, maximize: Bool) -> UInt256 {
    isLong == maximize ? max : min
  }
}

/// The prices that a market looks at.
public struct MarketPrices: Sendable, Equatable {
  public var index: Price
  public var long: Price
  public var short: Price

  public init(index: Price, long: Price, short: Price) {
    self.index = index
    self.long = long
    self.short = short
  }

  func side(isLong: Bool) -> Price { isLong ? long : short }
}

/// Which limit of profits a rule looks at.
public enum ProfitCap: UInt8, Sendable, CaseIterable {
  case traders = 1
  case adl = 2
  case deposits = 3
  case withdrawals = 4

  public var name: String {
    switch self {
    case .traders: "TRADERS"
    case .adl: "ADL"
    case .deposits: "DEPOSITS"
    case .withdrawals: "WITHDRAWALS"
    }
  }
}
