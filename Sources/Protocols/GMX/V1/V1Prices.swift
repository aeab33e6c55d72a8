import Canonical
import Quantities
import StateStore

extension Holder {
  /// The vault's tokens, and those that wait with the router of position requests.
  public static let v1Vault = Address(word0: 2, word1: 0, word2: 1)
  public static let v1Router = Address(word0: 2, word1: 0, word2: 2)
}

extension GMXState {
  /// GLP stands in the balances under this number.
  public static let glpToken: TokenID = 0xFFFF

  /// The vault's settings; refuses where the venue has no vault.
  func v1Settings() throws(Revert) -> V1Settings {
    guard let settings = v1SettingsTable[0] else { throw .message("Vault: not initialized") }
    return settings
  }

  func v1Pool(_ token: TokenID) -> V1Pool { v1Pools[token] ?? V1Pool() }

  var v1Total: V1Totals { v1TotalsTable[0] ?? V1Totals() }

  mutating func v1Change(_ token: TokenID, _ body: (inout V1Pool) throws(Revert) -> Void) throws(Revert) {
    var pool = v1Pool(token)
    try body(&pool)
    v1Pools.set(token, pool)
  }

  /// A token's price in dollars (30 decimals) for a whole token. The oracle's two prices are the least and the greatest
  /// of what the contracts' feeds would show; strict stables count as one dollar near it, else outward; the rest carry
  /// their spread. Rule GMX-152.
  func v1Price(_ token: TokenID, maximise: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    guard let terms = v1Tokens[token] else { throw .message("VaultPriceFeed: invalid price feed") }
    guard let quoted = try? context.oracle.price(token) else {
      throw .message("VaultPriceFeed: could not fetch price")
    }
    let price = try (maximise ? quoted.max : quoted.min).times(V1Scale.unit(terms.decimals))
    if terms.isStrictStable {
      if try price.distance(to: V1Scale.dollar) <= v1Settings().maxStrictPriceDeviation { return V1Scale.dollar }
      return (maximise ? price > V1Scale.dollar : price < V1Scale.dollar) ? price : V1Scale.dollar
    }
    let spread = terms.spreadBasisPoints
    let factor =
      maximise ? try V1Scale.basisPoints.plus(spread) : try V1Scale.basisPoints.minus(spread)
    return try price.times(factor).over(V1Scale.basisPoints)
  }

  private func v1Unit(_ token: TokenID) -> UInt256 { V1Scale.unit(v1Tokens[token]?.decimals ?? 0) }

  /// amount x lowest price; 250,000 units of 8 decimals at 40,000 are 100 dollars.
  func v1Usd(_ token: TokenID, amount: UInt256, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    if amount.isZero { return .zero }
    return try amount.times(v1Price(token, maximise: false, context)).over(v1Unit(token))
  }

  /// Tokens for dollars at the highest price (`fewest`) or at the lowest; floor.
  func v1Tokens(
    _ token: TokenID, usd: UInt256, fewest: Bool, _ context: ExecutionContext
  ) throws(Revert) -> UInt256 {
    if usd.isZero { return .zero }
    return try usd.times(v1Unit(token)).over(v1Price(token, maximise: fewest, context))
  }

  /// From a token's decimals to those of USDG or back; floor.
  static func v1Rescale(_ amount: UInt256, from: UInt8, to: UInt8) throws(Revert) -> UInt256 {
    try amount.times(V1Scale.unit(to)).over(V1Scale.unit(from))
  }
}
