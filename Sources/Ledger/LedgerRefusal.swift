/// Why money did not move. Nothing was written.
public enum LedgerRefusal: Error, Sendable, Equatable {
  /// Amounts are not negative; to pull money, swap the two accounts.
  case negativeAmount(Int128)
  /// The account would fall below zero. `available` is the largest amount that would have passed.
  case insufficientBalance(account: LedgerAccount, asset: UInt32, available: Int128, requested: Int128)
  /// The account's balance would leave the range of 128 bits.
  case balanceOverflow(account: LedgerAccount, asset: UInt32, balance: Int128, amount: Int128)
  /// The asset's issued amount would leave the range of 128 bits.
  case issuedOverflow(asset: UInt32, issued: Int128, amount: Int128)
}

/// An asset whose balances do not add up to what was issued.
public struct ConservationViolation: Sendable, Equatable {
  public let asset: UInt32
  /// Deposits less withdrawals.
  public let issued: Int128
  /// The sum of all balances; nil when even the sum leaves the range of 128 bits.
  public let held: Int128?

  public init(asset: UInt32, issued: Int128, held: Int128?) {
    self.asset = asset
    self.issued = issued
    self.held = held
  }
}
