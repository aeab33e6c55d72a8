import Canonical

/// How wire decimals become ticks and lots. Rules HL-2 and HL-3.
extension MarketParameters {
  /// The price in ticks; nil when it has more decimals than the market or does not fit.
  func ticks(_ price: WireDecimal) -> Ticks? {
    let (quotient, remainder) = price.quotientAndRemainder(dividingBy: tickWire)
    guard remainder == 0, quotient > 0, quotient <= HyperliquidParameters.priceMaximum else { return nil }
    return quotient
  }

  func lots(_ size: WireDecimal) -> Lots? {
    let (quotient, remainder) = size.quotientAndRemainder(dividingBy: lotWire)
    guard remainder == 0, quotient >= 0, quotient <= HyperliquidParameters.positionMaximum else { return nil }
    return quotient
  }

  /// Nil where 10^-8 does not fit 64 bits.
  func wire(ticks: Ticks) -> WireDecimal? {
    let (product, overflow) = ticks.multipliedReportingOverflow(by: tickWire)
    return overflow ? nil : product
  }

  func wire(lots: Lots) -> WireDecimal? {
    let (product, overflow) = lots.multipliedReportingOverflow(by: lotWire)
    return overflow ? nil : product
  }

  /// A price is an integer number of USDC or has at most five significant figures. 1,234.5 passes, 1,234.56 does not,
  /// 123,456 does.
  func hasValidFigures(_ price: Ticks) -> Bool {
    if price % Powers.ten(priceDecimals) == 0 { return true }
    var significant = price
    while significant % 10 == 0 { significant /= 10 }
    return significant < 100_000
  }

  /// The nearest price that passes, not above (`up` false) or not below the given one; zero when there is none below.
  func validPrice(_ price: Ticks, up: Bool) -> Ticks {
    let unit = Powers.ten(priceDecimals)
    if price <= 0 { return up ? 1 : 0 }
    var step: Ticks = 1
    while price / step >= 100_000 { step *= 10 }
    if step > unit { step = unit }
    let down = price / step * step
    if down == price { return price }
    return up ? down + step : down
  }

  /// A figure of the common scale in ticks, rounded away from a taker's favour.
  func ticks(common price: Int128, roundingUp: Bool) -> Ticks {
    let scale = Int128(Powers.ten(12 - priceDecimals))
    let quotient = divide(price, by: scale, roundingUp ? .ceiling : .floor)
    return Ticks(clamping: quotient)
  }

  func lots(common size: Int128) -> Lots {
    Lots(clamping: divide(size, by: Int128(Powers.ten(12 - sizeDecimals)), .floor))
  }

  func common(ticks: Ticks) -> Int128 { Int128(ticks) * Int128(Powers.ten(12 - priceDecimals)) }
  func common(lots: Lots) -> Int128 { Int128(lots) * Int128(Powers.ten(12 - sizeDecimals)) }
}
