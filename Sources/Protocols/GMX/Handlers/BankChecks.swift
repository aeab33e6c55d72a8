import Canonical
import Quantities

// What a market's bank must hold, asked after everything that moves its tokens. Rule GMX-133.
extension GMXState {
  /// Three bounds for each token: the pool with everything set aside, all collateral, all funding that waits.
  func validateBank(_ market: MarketRecord) throws(Revert) {
    if hasUnlimitedBanks { return }
    try validateBank(market, market.longToken)
    if !market.isSingleToken { try validateBank(market, market.shortToken) }
  }

  /// The banks of a way through markets.
  func validateBanks(_ path: [MarketID]) throws(Revert) {
    for id in path { try validateBank(market(id)) }
  }

  private func validateBank(_ market: MarketRecord, _ token: TokenID) throws(Revert) {
    let id = market.market
    let held = balance(of: Holder.market(id), token)
    let balance: UInt256 = held.isNegative ? .zero : held.magnitude
    func refusal(_ error: ContractError, _ name: String, _ bound: UInt256) -> Revert {
      Revert(
        error, NamedFigure("market", UInt64(id)), NamedFigure("token", .token(token)),
        NamedFigure("balance", balance), NamedFigure(name, bound))
    }
    var owed = try amount(.poolAmount, id, token: token) + amount(.swapImpactPoolAmount, id, token: token)
    owed =
      try owed + amount(.claimableCollateralAmount, id, token: token) + amount(.claimableFeeAmount, id, token: token)
    owed =
      try owed + amount(.claimableUIFeeAmount, id, token: token) + amount(.affiliateReward, id, token: token)
    if balance < owed { throw refusal(.invalidMarketTokenBalance, "expectedMinBalance", owed) }
    let collateral =
      try amount(.collateralSum, id, token: token, flag: true)
      + amount(.collateralSum, id, token: token, flag: false)
    if balance < collateral {
      throw refusal(.invalidMarketTokenBalanceForCollateralAmount, "collateralAmount", collateral)
    }
    let funding = amount(.claimableFundingAmount, id, token: token)
    if balance < funding {
      throw refusal(.invalidMarketTokenBalanceForClaimableFunding, "claimableFundingFeeAmount", funding)
    }
  }

  /// A payment out of a bank, after which the bank must still hold its bounds; otherwise nothing happened.
  mutating func payOut<Result>(
    of id: MarketID, _ body: (inout GMXState) throws(Revert) -> Result
  ) throws(Revert) -> Result {
    openSavepoint()
    do throws(Revert) {
      let result = try body(&self)
      if let market = markets[id] { try validateBank(market) }
      keepSavepoint()
      return result
    } catch {
      undoSavepoint()
      throw error
    }
  }

  /// A vault's payment: what it does not hold is refused by name.
  mutating func transferOut(
    _ amount: UInt256, of token: TokenID, from vault: Address, to receiver: Address
  ) throws(Revert) {
    let held = balance(of: vault, token)
    if held.isNegative || held.magnitude < amount {
      throw Revert(
        .tokenTransferError, NamedFigure("token", .token(token)), NamedFigure("receiver", .account(receiver)),
        NamedFigure("amount", amount))
    }
    try move(amount, of: token, from: vault, to: receiver)
  }
}
