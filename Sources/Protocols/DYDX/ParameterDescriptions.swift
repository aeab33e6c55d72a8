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
    list += Self.equity(fixed.equityTiers) + rates(fixed.rateLimits)
    list += [
      ParameterDescription(
        "funding.rateClamp", fixed.fundingRateClampPpm, unit: "millionths of margins", rule: "DYDX-94"),
      ParameterDescription(
        "funding.voteClamp", fixed.premiumVoteClampPpm, unit: "millionths of margins", rule: "DYDX-90"),
      ParameterDescription("funding.leastVotes", fixed.leastVotes, unit: "votes of a minute", rule: "DYDX-91"),
    ]
    list += Self.quoting("vault", configuration.megavault.quoting ?? .standard)
    for vault in configuration.megavault.vaults {
      let symbol = configuration.markets.first { $0.id == vault.pair }?.symbol ?? "\(vault.pair)"
      list += [
        ParameterDescription("vault.\(symbol).status", "\(vault.status)", unit: "", rule: "DYDX-167"),
        ParameterDescription(
          "vault.\(symbol).target", vault.targetPpm, unit: "millionths of the megavault", rule: "DYDX-178"),
      ]
      if let own = vault.quoting { list += Self.quoting("vault.\(symbol)", own) }
    }
    return list
  }

  private static func equity(_ tiers: [EquityTier]) -> [ParameterDescription] {
    tiers.map {
      ParameterDescription(
        "equityTier.\($0.netCollateral)", $0.limit, unit: "stateful orders from so many 10^-6 USDC on", rule: "DYDX-12")
    }
  }

  private func rates(_ limits: RateLimits) -> [ParameterDescription] {
    limits.shortTerm.map {
      ParameterDescription("rateLimit.shortTerm", $0.limit, unit: "messages in \($0.blocks) blocks", rule: "DYDX-18")
    }
      + limits.stateful.map {
        ParameterDescription("rateLimit.stateful", $0.limit, unit: "messages in \($0.blocks) blocks", rule: "DYDX-18")
      }
  }

  private static func quoting(_ name: String, _ quoting: QuotingParameters) -> [ParameterDescription] {
    let terms = quoting.terms
    return [
      ParameterDescription("\(name).layers", terms.layers, unit: "orders on a side", rule: "DYDX-174"),
      ParameterDescription("\(name).spreadMinimum", terms.leastSpreadPpm, unit: "millionths", rule: "DYDX-175"),
      ParameterDescription("\(name).spreadBuffer", terms.spreadBufferPpm, unit: "millionths", rule: "DYDX-175"),
      ParameterDescription("\(name).skewFactor", terms.skewFactorPpm, unit: "millionths", rule: "DYDX-175"),
      ParameterDescription("\(name).orderSize", terms.orderSizePpm, unit: "millionths of equity", rule: "DYDX-175"),
      ParameterDescription("\(name).orderLife", quoting.expirationSeconds, unit: "seconds", rule: "DYDX-177"),
      ParameterDescription(
        "\(name).activationThreshold", quoting.activationThreshold, unit: "10^-6 USDC", rule: "DYDX-174"),
    ]
  }
}
