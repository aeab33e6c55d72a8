import Canonical
import Quantities
import VenueKit

extension HyperliquidParameters {
  /// Every parameter with its unit and rule.
  var descriptions: [ParameterDescription] {
    func usd(_ amount: Money) -> String { formatDecimal(amount, scale: 6) }
    func share(_ millionths: Int64) -> String { formatDecimal(Int128(millionths), scale: 6) }
    func rate(_ tenMillionths: Int64) -> String { formatDecimal(Int128(tenMillionths), scale: 7) }
    func fraction(_ value: Int64) -> String { formatDecimal(Int128(value), scale: 12) }
    func seconds(_ milliseconds: Int64) -> String { formatDecimal(Int128(milliseconds), scale: 3) }
    var list: [ParameterDescription] = [
      .init("network", isMainnet ? "mainnet" : "testnet", unit: "name", rule: "HL-75")
    ]
    for market in markets {
      let name = "markets.\(market.symbol)"
      list.append(.init("\(name).sizeDecimals", market.sizeDecimals, unit: "decimals", rule: "HL-1"))
      for (index, tier) in market.tiers.enumerated() {
        list.append(.init("\(name).tiers.\(index).above", usd(tier.lowerBound), unit: "USDC", rule: "HL-31"))
        list.append(.init("\(name).tiers.\(index).leverage", tier.leverageMaximum, unit: "x", rule: "HL-31"))
      }
      list.append(.init("\(name).onlyIsolated", market.onlyIsolated, unit: "flag", rule: "HL-34"))
      list.append(.init("\(name).impactNotional", usd(market.impactNotional), unit: "USDC", rule: "HL-41"))
      list.append(.init("\(name).openInterestMaximum", usd(market.openInterestMaximum), unit: "USDC", rule: "HL-16"))
    }
    for (index, tier) in feeTiers.enumerated() {
      list.append(.init("fees.tiers.\(index).volume", usd(tier.volume), unit: "USDC", rule: "HL-51"))
      list.append(.init("fees.tiers.\(index).taker", rate(tier.taker), unit: "fraction", rule: "HL-51"))
      list.append(.init("fees.tiers.\(index).maker", rate(tier.maker), unit: "fraction", rule: "HL-51"))
    }
    for (index, tier) in rebateTiers.enumerated() {
      list.append(.init("fees.rebates.\(index).share", share(tier.share), unit: "fraction", rule: "HL-52"))
      list.append(.init("fees.rebates.\(index).rate", rate(tier.maker), unit: "fraction", rule: "HL-52"))
    }
    list += [
      .init("fees.vaultShare", share(feeShareOfVault), unit: "fraction", rule: "HL-54"),
      .init("orders.minimumValue", usd(orderMinimum), unit: "USDC", rule: "HL-4"),
      .init("orders.openMaximum", openOrdersMaximum, unit: "orders", rule: "HL-19"),
      .init("orders.priceDistance", share(priceDistance), unit: "fraction", rule: "HL-7"),
      .init("orders.triggerSlippage", share(triggerSlippage), unit: "fraction", rule: "HL-24"),
      .init("orders.triggerEntries", "\(allowsTriggerEntries)", unit: "flag", rule: "HL-21"),
      .init("orders.scheduleCancelVolume", usd(scheduleCancelVolume), unit: "USDC", rule: "HL-26"),
      .init("transfers.withdrawalFee", usd(withdrawalFee), unit: "USDC", rule: "HL-82"),
      .init("transfers.activationFee", usd(activationFee), unit: "USDC", rule: "HL-81"),
      .init("transfers.remainingShare", share(transferShare), unit: "fraction", rule: "HL-83"),
      .init("prices.basisSeconds", seconds(markSmoothingMilliseconds), unit: "s", rule: "HL-39"),
      .init("prices.bookSeconds", seconds(bookSmoothingMilliseconds), unit: "s", rule: "HL-39"),
      .init("funding.sampleSeconds", seconds(funding.sampleMilliseconds), unit: "s", rule: "HL-41"),
      .init("funding.intervalSeconds", seconds(funding.intervalMilliseconds), unit: "s", rule: "HL-42"),
      .init("funding.interest", fraction(funding.rule.interest), unit: "fraction", rule: "HL-42"),
      .init("funding.clamp", funding.rule.clamp.map(fraction) ?? "none", unit: "fraction", rule: "HL-42"),
      .init("funding.divisor", funding.rule.divisor, unit: "count", rule: "HL-42"),
      .init("funding.maximum", funding.rule.cap.map(fraction) ?? "none", unit: "fraction", rule: "HL-42"),
      .init("liquidation.partialNotional", usd(liquidation.partialNotional), unit: "USDC", rule: "HL-64"),
      .init("liquidation.partialShare", share(liquidation.partialShare), unit: "fraction", rule: "HL-64"),
      .init("liquidation.cooldownSeconds", seconds(liquidation.cooldownMilliseconds), unit: "s", rule: "HL-64"),
      .init("liquidation.backstopShare", share(liquidation.backstopShare), unit: "fraction", rule: "HL-65"),
      .init("liquidation.liquidatorShare", share(liquidation.liquidatorShare), unit: "fraction", rule: "HL-93"),
      .init("liquidation.liquidatorLossLimit", usd(liquidation.liquidatorLossLimit), unit: "USDC", rule: "HL-93"),
      .init("liquidation.unwindShare", share(liquidation.unwindShare), unit: "fraction", rule: "HL-94"),
      .init("liquidation.unwindSlippage", share(liquidation.unwindSlippage), unit: "fraction", rule: "HL-94"),
      .init("vault.address", vault.address, unit: "address", rule: "HL-90"),
      .init("vault.liquidator", vault.liquidator, unit: "address", rule: "HL-90"),
      .init("vault.lockSeconds", seconds(vault.lockMilliseconds), unit: "s", rule: "HL-92"),
      .init("vault.depositMinimum", usd(vault.depositMinimum), unit: "USDC", rule: "HL-91"),
      .init("agents.validSeconds", seconds(agentMilliseconds), unit: "s", rule: "HL-76"),
    ]
    return list + limitDescriptions + rewardDescriptions + placeDescriptions
  }
}

extension HyperliquidParameters {
  private func usd(_ amount: Money) -> String { formatDecimal(amount, scale: 6) }
  private func share(_ millionths: Int64) -> String { formatDecimal(Int128(millionths), scale: 6) }
  private func seconds(_ milliseconds: Int64) -> String { formatDecimal(Int128(milliseconds), scale: 3) }

  private var limitDescriptions: [ParameterDescription] {
    [
      .init("limits.requests", limits.requests, unit: "requests", rule: "HL-77"),
      .init("limits.extraCancels", limits.extraCancels, unit: "requests", rule: "HL-77"),
      .init("limits.slowSeconds", seconds(limits.slowMilliseconds), unit: "s", rule: "HL-77"),
      .init("limits.requestPrice", usd(limits.requestPrice), unit: "USDC", rule: "HL-77"),
      .init("limits.openOrderVolume", usd(limits.openOrderVolume), unit: "USDC", rule: "HL-19"),
      .init("limits.openOrderCeiling", limits.openOrderCeiling, unit: "orders", rule: "HL-19"),
      .init("limits.subAccounts", limits.subAccounts, unit: "accounts", rule: "HL-84"),
      .init("limits.subAccountVolume", usd(limits.subAccountVolume), unit: "USDC", rule: "HL-84"),
      .init("limits.scheduledCancels", limits.scheduledCancels, unit: "firings", rule: "HL-26"),
      .init("twap.sliceSeconds", seconds(twap.sliceMilliseconds), unit: "s", rule: "HL-25"),
      .init("twap.minutesMinimum", twap.minutesMinimum, unit: "min", rule: "HL-25"),
      .init("twap.minutesMaximum", twap.minutesMaximum, unit: "min", rule: "HL-25"),
      .init("twap.minimum", usd(twap.minimum), unit: "USDC", rule: "HL-25"),
      .init("twap.slippage", share(twap.slippage), unit: "fraction", rule: "HL-25"),
      .init("twap.catchUp", twap.catchUp, unit: "slices", rule: "HL-25"),
      .init("twap.randomness", share(twap.randomness), unit: "fraction", rule: "HL-25"),
      .init("twap.running", twap.running, unit: "orders", rule: "HL-25"),
      .init("userVaults.lockSeconds", seconds(userVaults.lockMilliseconds), unit: "s", rule: "HL-86"),
      .init("userVaults.creationFee", usd(userVaults.creationFee), unit: "USDC", rule: "HL-85"),
      .init("userVaults.initialMinimum", usd(userVaults.initialMinimum), unit: "USDC", rule: "HL-85"),
      .init("userVaults.depositMinimum", usd(userVaults.depositMinimum), unit: "USDC", rule: "HL-86"),
      .init("userVaults.leaderShare", share(userVaults.leaderShare), unit: "fraction", rule: "HL-86"),
      .init("userVaults.commission", share(userVaults.commission), unit: "fraction", rule: "HL-87"),
      .init("userVaults.closingShare", share(userVaults.closingShare), unit: "fraction", rule: "HL-87"),
    ]
  }

  private var rewardDescriptions: [ParameterDescription] {
    var list: [ParameterDescription] = [
      .init("fees.referral.discount", share(rewards.referralDiscount), unit: "fraction", rule: "HL-55"),
      .init("fees.referral.discountVolume", usd(rewards.referralVolume), unit: "USDC", rule: "HL-55"),
      .init("fees.referral.share", share(rewards.referrerShare), unit: "fraction", rule: "HL-55"),
      .init("fees.referral.shareVolume", usd(rewards.referrerVolume), unit: "USDC", rule: "HL-55"),
      .init("fees.referral.registerVolume", usd(rewards.registerVolume), unit: "USDC", rule: "HL-55"),
      .init("fees.builders.maximum", rewards.builderMaximum, unit: "tenths of a basis point", rule: "HL-56"),
      .init("fees.builders.spotMaximum", rewards.builderMaximumSpot, unit: "tenths of a basis point", rule: "HL-56"),
      .init("fees.builders.minimumValue", usd(rewards.builderValue), unit: "USDC", rule: "HL-56"),
      .init("fees.builders.approvals", rewards.builderApprovals, unit: "builders", rule: "HL-56"),
    ]
    for (index, tier) in feeTiers.enumerated() {
      let spot = [("spotTaker", tier.spotTaker), ("spotMaker", tier.spotMaker)]
      for (name, rate) in spot {
        list.append(
          .init(
            "fees.tiers.\(index).\(name)", formatDecimal(Int128(rate), scale: 7), unit: "fraction", rule: "HL-51"))
      }
    }
    return list
  }

  private var placeDescriptions: [ParameterDescription] {
    var list: [ParameterDescription] = []
    for token in tokens.dropFirst() {
      list.append(.init("spot.tokens.\(token.name).sizeDecimals", token.sizeDecimals, unit: "decimals", rule: "HL-110"))
      list.append(.init("spot.tokens.\(token.name).weiDecimals", token.weiDecimals, unit: "decimals", rule: "HL-110"))
    }
    for dex in dexs {
      list.append(.init("dexs.\(dex.name).deployer", dex.deployer, unit: "address", rule: "HL-57"))
      list.append(.init("dexs.\(dex.name).feeScale", share(dex.feeScale), unit: "fraction", rule: "HL-57"))
    }
    return list
  }
}
