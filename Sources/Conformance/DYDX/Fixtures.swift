import Canonical
import ConformanceKit
import DYDX
import Quantities

/// The prices, tiers and terms that the source's tests set up without saying so in their tables.
enum Fixtures {
  static let prices: [UInt32: MarketPrice] = [
    0: MarketPrice(price: 5_000_000_000, exponent: -5), 1: MarketPrice(price: 3_000_000_000, exponent: -6),
    2: MarketPrice(price: 5_000_000_000, exponent: -8), 3: MarketPrice(price: 5_000_000_000, exponent: -8),
    4: MarketPrice(price: 3_000_000_000, exponent: -7),
  ]

  static let tiers: [UInt32: LiquidityTier] = [
    0: tier(1_000_000, 1_000_000, 500_000_000), 1: tier(1_000_000, 750_000, 500_000_000),
    2: tier(1_000_000, 0, 500_000_000), 3: tier(200_000, 500_000, 2_500_000_000),
    4: tier(500_000, 800_000, 1_000_000_000), 5: tier(500_000, 600_000, 1_000_000_000),
    6: tier(200_000, 900_000, 2_500_000_000), 7: tier(0, 0, 1_000_000_000), 8: tier(9_910, 1_000_000, 50_454_000_000),
    9: LiquidityTier(
      initialMarginPpm: 200_000, maintenanceFractionPpm: 500_000, impactNotional: 2_500_000_000,
      openInterestLowerCap: 25_000_000_000_000, openInterestUpperCap: 50_000_000_000_000),
    101: tier(200_000, 500_000, 2_500_000_000),
  ]

  private static func tier(_ initial: Int256, _ fraction: Int256, _ impact: Int256) -> LiquidityTier {
    LiquidityTier(initialMarginPpm: initial, maintenanceFractionPpm: fraction, impactNotional: impact)
  }

  static let rateClampFactorPpm: Int256 = 6_000_000

  /// The perpetuals of 20% initial and 10% maintenance margin.
  static let bitcoin20 = PerpetualTerms(
    atomicResolution: -8, openInterest: 100_000_000, price: MarketPrice(price: 5_000_000_000, exponent: -5),
    tier: tier(200_000, 500_000, 2_500_000_000))
  static let ether20 = PerpetualTerms(
    atomicResolution: -9, openInterest: 1_000_000_000, price: MarketPrice(price: 3_000_000_000, exponent: -6),
    tier: tier(200_000, 500_000, 2_500_000_000))

  static let liquidation = LiquidationTerms(
    maximumFeePpm: 5_000, bankruptcyAdjustmentPpm: 1_000_000, spreadToMaintenanceRatioPpm: 100_000,
    minimumPositionNotional: 1_000, maximumPositionPortionPpm: 1_000_000, maximumNotional: 100_000_000_000_000,
    maximumInsuranceLost: 100_000_000_000_000)

  // Readers of the objects that tables hold.

  static func price(_ json: JSONValue) throws(CaseFailure) -> MarketPrice {
    MarketPrice(price: try json.int(of: "price"), exponent: try json.small(of: "exponent"))
  }

  static func tier(_ json: JSONValue) throws(CaseFailure) -> LiquidityTier {
    LiquidityTier(
      initialMarginPpm: try json.int(of: "initial_margin_ppm"),
      maintenanceFractionPpm: try json.int(of: "maintenance_fraction_ppm"),
      impactNotional: try json.int(of: "impact_notional"),
      openInterestLowerCap: try json.int(of: "open_interest_lower_cap"),
      openInterestUpperCap: try json.int(of: "open_interest_upper_cap"))
  }

  /// The terms of a listed perpetual at the default prices and tiers.
  static func terms(_ json: JSONValue, price: MarketPrice? = nil) throws(CaseFailure) -> PerpetualTerms {
    guard let tier = tiers[try json.id(of: "liquidity_tier")] else {
      throw CaseFailure("liquidity_tier", "no such tier")
    }
    let market = try json.id(of: "market_id")
    guard let price = price ?? prices[market] else {
      throw CaseFailure("market_id", "no such market")
    }
    return PerpetualTerms(
      atomicResolution: try json.small(of: "atomic_resolution"), fundingIndex: try json.int(of: "funding_index"),
      openInterest: try json.int(of: "open_interest"), price: price, tier: tier)
  }

  static func market(_ perpetuals: [JSONValue]) throws(CaseFailure) -> Market {
    var market = Market()
    for json in perpetuals { market.terms[try json.id(of: "id")] = try terms(json) }
    return market
  }

  /// Balance and positions; a balance in another asset than dollars is read by the case itself.
  static func holdings(_ json: JSONValue) throws(CaseFailure) -> AccountHoldings {
    var result = AccountHoldings()
    for asset in json.list(of: "asset_positions") {
      if try asset.id(of: "asset_id") == 0 { result.quoteQuantums = try asset.int(of: "quantums") }
    }
    for position in json.list(of: "perpetual_positions") {
      result.positions.append(
        PerpetualPosition(
          perpetual: try position.id(of: "perpetual_id"), quantums: try position.int(of: "quantums"),
          fundingIndex: try position.int(of: "funding_index")))
    }
    return result
  }

  static func liquidation(_ json: JSONValue) throws(CaseFailure) -> LiquidationTerms {
    guard json["max_liquidation_fee_ppm"] != nil else { return liquidation }
    let fillable = json["fillable_price_config"] ?? .null
    let position = json["position_block_limits"] ?? .null
    let account = json["subaccount_block_limits"] ?? .null
    return LiquidationTerms(
      maximumFeePpm: try json.int(of: "max_liquidation_fee_ppm"),
      bankruptcyAdjustmentPpm: try fillable.int(of: "bankruptcy_adjustment_ppm"),
      spreadToMaintenanceRatioPpm: try fillable.int(of: "spread_to_maintenance_margin_ratio_ppm"),
      minimumPositionNotional: try position.int(of: "min_position_notional_liquidated"),
      maximumPositionPortionPpm: try position.int(of: "max_position_portion_liquidated_ppm"),
      maximumNotional: try account.int(of: "max_notional_liquidated"),
      maximumInsuranceLost: try account.int(of: "max_quantums_insurance_lost"))
  }
}

/// The perpetuals of a case.
struct Market {
  var terms: [UInt32: PerpetualTerms] = [:]

  func callAsFunction(_ perpetual: UInt32) throws(MathematicsError) -> PerpetualTerms {
    guard let found = terms[perpetual] else { throw .refused(.perpetualDoesNotExist) }
    return found
  }
}
