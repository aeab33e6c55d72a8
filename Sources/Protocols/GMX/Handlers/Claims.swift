import Canonical
import Quantities

// What waits to be taken besides funding. Rules GMX-60, GMX-99 and GMX-100.
extension GMXState {
  /// The part of impact beyond the limit that may be taken by now: all of it after the delay, or what was set for the
  /// hour or the account, less a reduction. Rule GMX-99.
  func claimableFactor(
    _ market: MarketID, _ token: TokenID, timeKey: UInt64, _ account: Address, _ time: UInt64
  ) throws(Revert) -> UInt256 {
    func factor(_ kind: StoreKind, _ account: Address) -> UInt256 {
      amount(StoreKey(kind, market, token: token, number: timeKey, account: account))
    }
    var claimable = max(factor(.claimableCollateralFactor, .zero), factor(.claimableCollateralFactor, account))
    let reduction = factor(.claimableCollateralReductionFactor, account)
    if claimable.isZero, reduction.isZero {
      let start = try UInt256(timeKey) * setting(.claimableCollateralTimeDivisor)
      let passed = try UInt256(time) - start
      if passed > setting(.claimableCollateralDelay) { claimable = Exact.one }
    }
    return claimable > reduction ? try claimable - reduction : .zero
  }

  /// Pays out impact beyond the limit of one hour. Rule GMX-99.
  public mutating func claimCollateral(
    _ market: MarketID, _ token: TokenID, timeKey: UInt64, _ account: Address, time: UInt64
  ) throws(Revert) -> UInt256 {
    let owed = amount(
      StoreKey(.claimableCollateralAmount, market, token: token, number: timeKey, account: account))
    let factor = try claimableFactor(market, token, timeKey: timeKey, account, time)
    if factor > Exact.one {
      throw Revert(.invalidClaimableFactor, NamedFigure("value", factor))
    }
    let key = StoreKey(.claimedCollateralAmount, market, token: token, number: timeKey, account: account)
    let claimed = amount(key)
    let due = try Exact.apply(owed, factor)
    if due <= claimed {
      throw Revert(
        .collateralAlreadyClaimed, NamedFigure("adjustedClaimableAmount", due), NamedFigure("claimedAmount", claimed))
    }
    let paid = try due - claimed
    let total = StoreKey(.claimableCollateralAmount, market, token: token)
    let left = try amount(total) - paid
    return try payOut(of: market) { (state) throws(Revert) in
      try state.move(paid, of: token, from: Holder.market(market), to: account)
      state.set(key, to: due)
      state.set(total, to: left)
      return paid
    }
  }

  /// Fees that wait for one who takes all at once. Rule GMX-100.
  public enum ClaimKind: UInt8, Sendable, CaseIterable {
    case uiFee = 1
    case affiliateReward = 2

    var storeKind: StoreKind {
      switch self {
      case .uiFee: .claimableUIFeeAmount
      case .affiliateReward: .affiliateReward
      }
    }
  }

  /// Pays a UI provider's fees or an affiliate's rewards in one token.
  public mutating func claim(
    _ kind: ClaimKind, _ market: MarketID, _ token: TokenID, _ account: Address
  ) throws(Revert) -> UInt256 {
    let key = StoreKey(kind.storeKind, market, token: token, account: account)
    let total = StoreKey(kind.storeKind, market, token: token)
    let paid = amount(key)
    let left = try amount(total) - paid
    return try payOut(of: market) { (state) throws(Revert) in
      try state.move(paid, of: token, from: Holder.market(market), to: account)
      state.set(key, to: UInt256.zero)
      state.set(total, to: left)
      return paid
    }
  }

  /// Pays the protocol's fees of a market in one token to their receiver.
  public mutating func claimFees(
    _ market: MarketID, _ token: TokenID, to receiver: Address
  ) throws(Revert) -> UInt256 {
    let key = StoreKey(.claimableFeeAmount, market, token: token)
    let paid = amount(key)
    return try payOut(of: market) { (state) throws(Revert) in
      try state.move(paid, of: token, from: Holder.market(market), to: receiver)
      state.set(key, to: UInt256.zero)
      return paid
    }
  }
}
