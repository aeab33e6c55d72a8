public import Quantities

/// Shares of the megavault and what they are worth.
public enum VaultShares {
  /// The shares for a deposit: as many as quote quantums into an empty vault, else in proportion to the equity before
  /// the deposit, floored.
  public static func minted(
    deposit: Int256, equity: Int256, totalShares: Int256
  ) throws(MathematicsError) -> Int256 {
    guard deposit > 0, UInt64(exactly: deposit) != nil else { throw .refused(.invalidQuoteQuantums) }
    if totalShares.isZero { return deposit }
    guard equity > 0 else { throw .refused(.nonPositiveEquity) }
    let shares = try computing { () throws(ArithmeticError) in
      try Int256.multiplyDivide(deposit, totalShares, by: equity, rounding: .floor)
    }
    guard !shares.isZero else { throw .refused(.zeroSharesToMint) }
    return shares
  }

  /// The main account's net collateral and that of every vault that counts, where positive.
  public static func equity(main: Int256, vaults: [Int256]) throws(ArithmeticError) -> Int256 {
    var sum = main
    for vault in vaults where vault > 0 { sum = try sum + vault }
    return sum
  }

  /// What withdrawn shares take from the main account, floored.
  public static func redeemedFromMain(
    netCollateral: Int256, shares: Int256, totalShares: Int256
  ) throws(ArithmeticError) -> Int256 {
    try Int256.multiplyDivide(netCollateral, shares, by: totalShares, rounding: .floor)
  }

  /// What they take from a vault of positive equity: the part less its slippage, cut toward zero once.
  public static func redeemed(
    equity: Int256, shares: Int256, totalShares: Int256, slippage: Rational
  ) throws(ArithmeticError) -> Int256 {
    try (Rational(equity) * Rational(shares, over: totalShares) * (Rational.one - slippage)).rounded(.truncation)
  }
}

/// How a vault quotes. Sizes and skews in parts per million.
public struct QuotingTerms: Sendable, Hashable {
  public var layers: Int
  public var leastSpreadPpm: Int256
  public var spreadBufferPpm: Int256
  public var skewFactorPpm: Int256
  public var orderSizePpm: Int256

  public init(
    layers: Int, leastSpreadPpm: Int256, spreadBufferPpm: Int256, skewFactorPpm: Int256, orderSizePpm: Int256
  ) {
    self.layers = layers
    self.leastSpreadPpm = leastSpreadPpm
    self.spreadBufferPpm = spreadBufferPpm
    self.skewFactorPpm = skewFactorPpm
    self.orderSizePpm = orderSizePpm
  }

  /// The greater of the least spread and the market's least price change plus the buffer.
  public func spreadPpm(minimumPriceChangePpm: Int256) throws(ArithmeticError) -> Int256 {
    max(leastSpreadPpm, try spreadBufferPpm + minimumPriceChangePpm)
  }
}

/// What a withdrawal leaves behind for the cost of closing its part of the position.
public enum VaultSlippage {
  /// `factor * x^2 + factor^2 * x^3 / 3`, exact; the cube keeps its sign.
  public static func skewAntiderivative(leverage x: Rational, factorPpm: Int256) throws(ArithmeticError) -> Rational {
    let factor = try Rational(factorPpm, over: Integers.million)
    return try factor * x * x + factor * factor * x * x * x / Rational(3)
  }

  /// The part kept back: the lesser of leverage times initial margin and the average spread from the leverage now to
  /// the one after. `leverage` is the size of open notional over equity.
  public static func slippage(
    leverage: Rational, initialMarginPpm: Int256, spreadPpm: Int256, skewFactorPpm: Int256, shares: Int256,
    totalShares: Int256
  ) throws(MathematicsError) -> Rational {
    guard shares > 0, shares <= totalShares else { throw .refused(.invalidSharesToWithdraw) }
    return try computing { () throws(ArithmeticError) in
      let size = leverage.magnitude
      if size.signum() == 0 { return .zero }
      let simple = try size * Rational(initialMarginPpm, over: Integers.million)
      if shares == totalShares { return simple }
      let rest = try totalShares - shares
      let after = try size * Rational(totalShares, over: rest)
      let integral =
        try skewAntiderivative(leverage: after, factorPpm: skewFactorPpm)
        - skewAntiderivative(leverage: size, factorPpm: skewFactorPpm)
      let average = try size + integral * Rational(rest, over: shares)
      return min(simple, try Rational(spreadPpm, over: Integers.million) * average)
    }
  }
}
