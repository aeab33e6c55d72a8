public import Quantities

/// When a new oracle price counts.
public enum PriceRules {
  /// The least change of a price that is applied, floored; throws `.overflow` beyond 64 bits.
  public static func minimumChange(price: Int256, minimumChangePpm: Int256) throws(ArithmeticError) -> Int256 {
    let change = try Integers.partsPerMillion(price, minimumChangePpm, rounding: .floor)
    guard UInt64(exactly: change) != nil else { throw .overflow }
    return change
  }

  /// Whether a price that crossed its index lies close enough: in ticks, no further than the square root of the old
  /// distance. `tickPpm` is the old price times its least change in parts per million.
  public static func meetsSquareRootCondition(newDelta: Int256, oldDelta: Int256, tickPpm: Int256) -> Bool {
    WideInteger(newDelta) * WideInteger(newDelta) * WideInteger(Integers.million)
      <= WideInteger(oldDelta) * WideInteger(tickPpm)
  }
}
