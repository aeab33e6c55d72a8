public import Quantities

/// The orders of a vault about the oracle's price.
public enum VaultQuotes {
  public struct Quote: Sendable, Hashable {
    public var layer: Int
    public var isBuy: Bool
    public var subticks: Int256
    public var quantums: Int256
    /// The side that would grow the inventory only rests.
    public var isPostOnly: Bool
  }

  /// What quoting depends on beside the terms.
  public struct Situation: Sendable, Hashable {
    /// Signed base quantums.
    public var inventory: Int256
    /// Net collateral of the vault.
    public var equity: Int256
    public var price: MarketPrice
    public var atomicResolution: Int
    public var conversionExponent: Int
    public var step: Int256
    public var subticksPerTick: Int256
    public var minimumPriceChangePpm: Int256
    /// Only orders that reduce the inventory, and no more of them than it.
    public var isCloseOnly: Bool

    public init(
      inventory: Int256, equity: Int256, price: MarketPrice, atomicResolution: Int, conversionExponent: Int,
      step: Int256, subticksPerTick: Int256, minimumPriceChangePpm: Int256, isCloseOnly: Bool
    ) {
      self.inventory = inventory
      self.equity = equity
      self.price = price
      self.atomicResolution = atomicResolution
      self.conversionExponent = conversionExponent
      self.step = step
      self.subticksPerTick = subticksPerTick
      self.minimumPriceChangePpm = minimumPriceChangePpm
      self.isCloseOnly = isCloseOnly
    }
  }

  /// All orders, layer by layer, the ask before the bid.
  public static func quotes(_ at: Situation, _ terms: QuotingTerms) throws(MathematicsError) -> [Quote] {
    guard at.equity > 0 else { throw .refused(.nonPositiveEquity) }
    guard !at.price.price.isZero else { throw .refused(.zeroMarketPrice) }
    let size = try computing { () throws(ArithmeticError) in try orderSize(at, terms) }
    guard UInt64(exactly: size) != nil else { throw .refused(.invalidVaultOrderSize) }
    return try computing { () throws(ArithmeticError) in try orders(at, terms, size: size) }
  }

  private static func orders(
    _ at: Situation, _ terms: QuotingTerms, size: Int256
  ) throws(ArithmeticError) -> [Quote] {
    let notional = try Units.baseToQuote(at.inventory, atomicResolution: at.atomicResolution, at: at.price)
    let leverage = try Int256.multiplyDivide(notional, Integers.million, by: at.equity, rounding: .ceiling)
    if at.isCloseOnly && notional.isZero { return [] }
    var budget = try at.inventory.absolute
    var result: [Quote] = []
    for layer in 0..<max(terms.layers, 0) {
      for isBuy in [false, true] {
        let reduces = isBuy ? at.inventory < 0 : at.inventory > 0
        var quantums = size
        if at.isCloseOnly {
          if !reduces { continue }
          quantums = try Integers.roundToMultiple(min(size, budget), at.step, up: false)
          budget = try budget - quantums
        }
        if quantums <= 0 { continue }
        let subticks = try price(at, terms, leverage: leverage, layer: layer, isBuy: isBuy)
        result.append(
          Quote(
            layer: layer, isBuy: isBuy, subticks: subticks, quantums: quantums,
            // By the leverage in parts per million: one that is too small to count leaves both sides resting.
            isPostOnly: isBuy ? leverage >= 0 : leverage <= 0))
      }
    }
    return result
  }

  /// The part of the equity that one order is worth, floored to a step.
  private static func orderSize(_ at: Situation, _ terms: QuotingTerms) throws(ArithmeticError) -> Int256 {
    let base = try Units.quoteToBase(
      try at.equity * terms.orderSizePpm, atomicResolution: at.atomicResolution, at: at.price)
    return try Integers.roundToMultiple(
      base.divided(by: Integers.million, rounding: .truncation), at.step, up: false)
  }

  /// The skew: the side that reduces is shifted in proportion to the leverage, the side that adds with its square.
  private static func skew(
    leverage: Int256, layer: Int, isBuy: Bool, _ terms: QuotingTerms
  ) throws(ArithmeticError) -> Int256 {
    let shift = try terms.orderSizePpm * Int256(layer)
    let layered = isBuy ? try leverage + shift : try leverage - shift
    let linear = try Integers.partsPerMillion(layered, terms.skewFactorPpm, rounding: .ceiling)
    let isShort = leverage < 0
    guard isShort != isBuy else { return try linear.negated() }
    let base = isShort ? try linear - Integers.million : try linear + Integers.million
    let square = try Integers.partsPerMillion(base, base, rounding: .ceiling) - Integers.million
    return isShort ? square : try square.negated()
  }

  private static func price(
    _ at: Situation, _ terms: QuotingTerms, leverage: Int256, layer: Int, isBuy: Bool
  ) throws(ArithmeticError) -> Int256 {
    let spread = try terms.spreadPpm(minimumPriceChangePpm: at.minimumPriceChangePpm)
    let skew = try skew(leverage: leverage, layer: layer, isBuy: isBuy, terms)
    let edge = isBuy ? try skew - Integers.million : try skew + Integers.million
    let multiplier = try (try edge * spread) + Integers.million * Integers.million
    let oracle = try Units.subticks(
      of: at.price, conversionExponent: at.conversionExponent, atomicResolution: at.atomicResolution)
    let scaled = try Integers.partsPerMillion(
      oracle.numerator.narrowed(), multiplier, rounding: isBuy ? .floor : .ceiling)
    let subticks = try scaled.divided(
      by: Integers.million * oracle.denominator.narrowed(), rounding: isBuy ? .truncation : .ceiling)
    return try Ticks.bounded(
      Integers.roundToMultiple(subticks, at.subticksPerTick, up: !isBuy), subticksPerTick: at.subticksPerTick)
  }
}
