public import Quantities

/// A change of one account's dollars and positions.
public struct SubaccountUpdate: Sendable {
  public var subaccount: Subaccount
  /// Quote quantums, signed.
  public var quoteDelta: Int256
  /// Base quantums by perpetual, signed, a perpetual once.
  public var positionDeltas: [(perpetual: UInt32, quantums: Int256)]

  public init(
    _ subaccount: Subaccount, quoteDelta: Int256 = 0, positionDeltas: [(perpetual: UInt32, quantums: Int256)] = []
  ) {
    self.subaccount = subaccount
    self.quoteDelta = quoteDelta
    self.positionDeltas = positionDeltas
  }
}

/// Why accounts change. Withdrawals and transfers may be closed, a match moves open interest.
public enum UpdateType: Sendable, Hashable {
  case withdrawal
  case transfer
  case deposit
  case match
  case collateralCheck
}

/// Funding that an account settled in one perpetual: minus the floored part of the position. Positive is paid.
public struct FundingPayment: Sendable, Equatable {
  public var perpetual: UInt32
  public var amount: Int256
}

/// An update with the account before it (settled) and after it.
public struct SettledUpdate: Sendable {
  public var update: SubaccountUpdate
  public var before: AccountHoldings
  public var after: AccountHoldings
  public var payments: [FundingPayment]
  /// What the floor of the settlement left over, in 10^-6 quote quantums.
  var dust: Int256
}

/// What became of updates that belong together: all are done, or none.
public struct UpdateOutcome: Sendable {
  public var results: [UpdateResult]
  public var updates: [SettledUpdate]
  /// The change of open interest that a match brings.
  var openInterest: (perpetual: UInt32, quantums: Int256)?

  public var isSuccess: Bool { results.allSatisfy { $0 == .success } }
}
