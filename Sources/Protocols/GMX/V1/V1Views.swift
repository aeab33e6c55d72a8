import Quantities
import StateStore

/// A position of the vault as its owner sees it. Dollars with 30 decimals.
public struct V1PositionView: Sendable, Equatable {
  public var position: V1Position
  public var hasProfit: Bool
  public var delta: UInt256
  /// What closing would cost: position fee and borrowing to the last whole interval.
  public var marginFees: UInt256
  public var liquidation: V1LiquidationState
  /// Basis points: 500,000 is 50 times.
  public var leverage: UInt256
}

// What is looked up and changes nothing. Rule GMX-179.
extension GMXState {
  public func v1View(_ key: V1PositionKey, _ context: ExecutionContext) throws(Revert) -> V1PositionView? {
    guard let position = v1Positions[key] else { return nil }
    let (hasProfit, delta) = try v1Delta(key, position, context)
    let (state, fees) = try v1Liquidation(key, position, raise: false, context)
    return V1PositionView(
      position: position, hasProfit: hasProfit, delta: delta, marginFees: fees, liquidation: state,
      leverage: try position.size.times(V1Scale.basisPoints).over(position.collateral))
  }

  /// Dollars (30 decimals) for one whole share, floor; one dollar before the first.
  public func v1SharePrice(maximise: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    let supply = v1Total.glpSupply
    if supply.isZero { return V1Scale.dollar }
    return try v1AUM(maximise: maximise, context).times(V1Scale.unit(V1Scale.shareDecimals)).over(supply)
  }

  /// Reserved share of a token's pool in millionths, floor.
  public func v1Utilisation(_ token: TokenID) throws(Revert) -> UInt256 {
    let pool = v1Pool(token)
    if pool.poolAmount.isZero { return .zero }
    return try pool.reservedAmount.times(V1Scale.fundingRate).over(pool.poolAmount)
  }
}
