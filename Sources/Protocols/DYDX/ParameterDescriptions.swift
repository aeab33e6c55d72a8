import Quantities
public import VenueKit

extension DYDXVenue {
  public var parameters: [ParameterDescription] {
    let fixed = configuration.parameters
    var list: [ParameterDescription] = []
    for tier in configuration.tiers {
      let name = "tier.\(tier.id)"
      list += [
        ParameterDescription(
          "\(name).initialMargin", tier.tier.initialMarginPpm, unit: "millionths of notional", rule: "DYDX-22"),
        ParameterDescription(
          "\(name).maintenanceFraction", tier.tier.maintenanceFractionPpm, unit: "millionths of initial margin",
          rule: "DYDX-22"),
        ParameterDescription(
          "\(name).impactNotional", tier.tier.impactNotional, unit: "10^-6 USDC", rule: "DYDX-91"),
      ]
    }
    for market in configuration.markets {
      let name = "market.\(market.symbol)"
      list += [
        ParameterDescription("\(name).tier", market.perpetual.tier, unit: "liquidity tier", rule: "DYDX-22"),
        ParameterDescription("\(name).step", market.pair.step, unit: "base quantums", rule: "DYDX-7"),
        ParameterDescription("\(name).tick", market.pair.subticksPerTick, unit: "subticks", rule: "DYDX-7"),
        ParameterDescription("\(name).isolated", market.perpetual.isIsolated, unit: "", rule: "DYDX-26"),
        ParameterDescription(
          "\(name).defaultFunding", market.perpetual.defaultFundingPpm, unit: "millionths of 8 hours",
          rule: "DYDX-94"),
      ]
    }
    for tier in fixed.feeTiers {
      list += [
        ParameterDescription("fee.\(tier.name).taker", tier.takerFeePpm, unit: "millionths", rule: "DYDX-60"),
        ParameterDescription("fee.\(tier.name).maker", tier.makerFeePpm, unit: "millionths", rule: "DYDX-60"),
      ]
    }
    let terms = fixed.liquidation
    list += [
      ParameterDescription("liquidation.maximumFee", terms.maximumFeePpm, unit: "millionths", rule: "DYDX-74"),
      ParameterDescription(
        "liquidation.maximumPositionPortion", terms.maximumPositionPortionPpm, unit: "millionths", rule: "DYDX-71"),
      ParameterDescription("liquidation.maximumNotional", terms.maximumNotional, unit: "10^-6 USDC", rule: "DYDX-75"),
      ParameterDescription(
        "liquidation.maximumInsuranceLost", terms.maximumInsuranceLost, unit: "10^-6 USDC", rule: "DYDX-75"),
      ParameterDescription("gatingBlocks", fixed.gatingBlocks, unit: "blocks", rule: "DYDX-27"),
      ParameterDescription("insuranceFund", configuration.insurance, unit: "10^-6 USDC", rule: "DYDX-73"),
    ]
    return list
  }
}
