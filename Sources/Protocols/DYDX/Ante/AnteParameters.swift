/// What every transaction must keep to, whatever it does.
public struct AnteParameters: Sendable, Equatable {
  /// Characters of a memo, in bytes.
  public var memoLimit: Int
  /// The dollar's name in fees.
  public var feeDenomination: String
  /// Quote quantums a thousand units of gas cost at least; zero asks for no fee. Messages of the book are free.
  public var feePerThousandGas: UInt64

  public init(
    memoLimit: Int = 256,
    feeDenomination: String = "ibc/8E27BA2D5493AF5636760E354E46004562C46AB7EC0CC4C1CA14E9E20E2545B5",
    feePerThousandGas: UInt64 = 0
  ) {
    self.memoLimit = memoLimit
    self.feeDenomination = feeDenomination
    self.feePerThousandGas = feePerThousandGas
  }
}
