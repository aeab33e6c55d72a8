public import Quantities
import VenueKit

/// This room's figures on the common scale, 10^-12. Figures beyond 128 bits stop at its ends.
public enum CommonFigures {
  /// Quote quantums are 10^-6 dollars.
  public static func money(_ quantums: Int256) -> Int128 { narrowed((try? quantums * 1_000_000) ?? quantums) }

  static func narrowed(_ value: Int256) -> Int128 { Int128(exactly: value) ?? (value.isNegative ? .min : .max) }

  /// Parts per million of eight hours as a fraction of an hour, toward zero.
  static func hourlyRate(ppm: Int256) -> Int128 { narrowed((try? ppm * 1_000_000) ?? 0) / 8 }

  /// `value * 10^exponent`, toward zero.
  static func scaled(_ value: Int256, _ exponent: Int) -> Int128 {
    narrowed((try? Units.scale(value, exponent, .truncation)) ?? 0)
  }
}

extension DYDXState {
  /// The market's name as people know it: what stands before the dollar.
  public func symbol(ofPerpetual perpetual: UInt32) -> String {
    let ticker = perpetuals[perpetual]?.ticker ?? ""
    return ticker.hasSuffix("-USD") ? String(ticker.dropLast(4)) : ticker
  }

  func perpetual(named symbol: String) -> UInt32? {
    perpetuals.sortedKeys().first { self.symbol(ofPerpetual: $0) == symbol }
  }

  /// Base quantums as units of the base asset.
  func commonSize(_ quantums: Int256, perpetual: UInt32) -> Int128 {
    CommonFigures.scaled(quantums, CommonScale.decimals + Int(perpetuals[perpetual]?.atomicResolution ?? 0))
  }

  /// Dollars a unit of the base asset.
  func commonPrice(subticks: UInt64, pair: ClobPairRecord) -> Int128 {
    let resolution = Int(perpetuals[pair.perpetual]?.atomicResolution ?? 0)
    return CommonFigures.scaled(
      Int256(subticks), CommonScale.decimals + Int(pair.conversionExponent) - resolution + Units.quoteAtomicResolution)
  }

  func commonOraclePrice(perpetual: UInt32) -> Int128 {
    guard let record = perpetuals[perpetual], let market = markets[record.market] else { return 0 }
    return CommonFigures.scaled(
      Int256(prices[record.market]?.value ?? 0), CommonScale.decimals + Int(market.exponent))
  }

  /// Subticks at or below (above for `up`) a price, on a tick; at least one tick.
  func subticks(common price: Int128, pair: ClobPairRecord, up: Bool) -> UInt64 {
    let resolution = Int(perpetuals[pair.perpetual]?.atomicResolution ?? 0)
    let exponent = -(CommonScale.decimals + Int(pair.conversionExponent) - resolution + Units.quoteAtomicResolution)
    let tick = Int256(max(1, pair.subticksPerTick))
    guard
      let exact = try? Units.scale(Int256(max(0, price)), exponent, up ? .ceiling : .floor),
      let rounded = try? Ticks.bounded(Integers.roundToMultiple(exact, tick, up: up), subticksPerTick: tick)
    else { return UInt64(max(1, pair.subticksPerTick)) }
    return UInt64(clamping: rounded)
  }

  /// Base quantums of a size, floored to a step.
  func quantums(common size: Int128, pair: ClobPairRecord) -> UInt64 {
    let exponent = -(CommonScale.decimals + Int(perpetuals[pair.perpetual]?.atomicResolution ?? 0))
    guard let exact = try? Units.scale(Int256(max(0, size)), exponent, .floor) else { return 0 }
    let whole = UInt64(clamping: exact)
    return whole - whole % max(1, pair.step)
  }
}
