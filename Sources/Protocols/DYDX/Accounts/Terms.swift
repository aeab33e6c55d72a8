import Quantities
import StateStore

extension DYDXState {
  /// What a position in the perpetual is worth now; an unknown perpetual, and a market without a price, are refused.
  public func terms(_ perpetual: UInt32) throws(MathematicsError) -> PerpetualTerms {
    guard let record = perpetuals[perpetual], let info = infos[perpetual], let tier = tiers[record.tier] else {
      throw .refused(.perpetualDoesNotExist)
    }
    guard let market = markets[record.market], let price = prices[record.market], price.value > 0 else {
      throw .refused(.productNotUpdatable)
    }
    return PerpetualTerms(
      atomicResolution: Int(record.atomicResolution), fundingIndex: info.fundingIndex,
      openInterest: info.openInterest,
      price: MarketPrice(price: Int256(price.value), exponent: Int(market.exponent)), tier: tier)
  }

  public func holdings(_ subaccount: Subaccount) -> AccountHoldings { subaccounts[subaccount] ?? AccountHoldings() }

  /// The account with its funding paid, as every computation sees it.
  public func settled(_ subaccount: Subaccount) throws(MathematicsError) -> AccountHoldings {
    try holdings(subaccount).settled { (perpetual) throws(MathematicsError) in try terms(perpetual) }
  }

  /// The risk of a settled account; its own leverage counts toward the initial requirement alone.
  public func risk(of holdings: AccountHoldings, leverageOf subaccount: Subaccount? = nil)
    throws(MathematicsError) -> Risk
  {
    try holdings.risk(
      customPpm: { perpetual in
        guard let subaccount, !leverages.isEmpty else { return 0 }
        return Int256(leverages[Pair(subaccount, perpetual)]?.value ?? 0)
      }
    ) { (perpetual) throws(MathematicsError) in try terms(perpetual) }
  }

  /// Whether the account's maintenance requirement is not covered.
  public func isLiquidatable(_ subaccount: Subaccount) throws(MathematicsError) -> Bool {
    try risk(of: settled(subaccount)).isLiquidatable
  }

  /// Where an account's dollars lie: with the only position of an isolated account in that perpetual's pool.
  public func pool(of holdings: AccountHoldings) -> CollateralPool {
    guard let first = holdings.positions.first else { return .cross }
    return pool(ofPerpetual: first.perpetual)
  }

  public func pool(ofPerpetual perpetual: UInt32) -> CollateralPool {
    perpetuals[perpetual]?.isIsolated == true ? .isolated(perpetual) : .cross
  }
}
