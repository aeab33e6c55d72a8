import Canonical
import Quantities
import StateStore
import VenueKit

extension GrammarEntry {
  /// Spot, money between places, TWAPs and builders' dexs.
  static let assets: [GrammarEntry] = [
    GrammarEntry("twap.order", 10) { draw in
      guard let twap = draw.twap() else { return nil }
      return draw.send(.twapOrder(twap.request), by: twap.signer)
    },
    GrammarEntry("twap.cancel", 5) { draw in
      for actor in draw.actors() {
        guard let twap = draw.state.twapStates(actor.address).running.first else { continue }
        let wire = draw.state.parameters.markets[Int(twap.asset)].wireAsset
        return draw.send(.twapCancel(asset: wire, id: twap.id), by: actor.address)
      }
      return nil
    },
    GrammarEntry("class.toSpot", 10) { draw in
      guard let actor = draw.actor() else { return nil }
      let free = draw.state.withdrawable(actor.account)
      guard free > 0 else { return nil }
      let amount = scale(free, Int128(draw.number(1...200_000)), by: 1_000_000, .ceiling)
      return draw.sign(
        .classTransfer(amount: formatDecimal(amount, scale: 6), toPerp: false), by: actor.address)
    },
    GrammarEntry("class.toPerp", 8) { draw in
      let state = draw.state
      guard let actor = draw.actor(where: { state.spotFree(state.address($0), 0) >= 100 }) else { return nil }
      let free = draw.state.spotFree(actor.address, 0) / 100
      let amount = max(1, scale(free, Int128(draw.number(1...500_000)), by: 1_000_000, .floor))
      return draw.sign(
        .classTransfer(amount: formatDecimal(amount, scale: 6), toPerp: true), by: actor.address)
    },
    GrammarEntry("token.deposit", 6) { draw in
      guard let token = draw.element(draw.state.parameters.tokens.filter { $0.index > 0 }), let actor = draw.actor()
      else { return nil }
      return draw.proposal(
        .tokenDeposit(
          to: actor.address, token: token.index, amount: UInt64(draw.magnitude(1_000_000, 1_000_000_000_000))))
    },
    GrammarEntry("spot.send", 6) { draw in
      guard let (owner, token, free) = draw.spotHolder(), let friend = draw.friend(of: owner),
        draw.state.account(friend) != nil
      else { return nil }
      let amount = scale(free, Int128(draw.number(1...300_000)), by: 1_000_000, .ceiling)
      return draw.sign(
        .spotSend(
          destination: friend.description, token: "\(token.name):\(token.id)",
          amount: formatDecimal(amount, scale: token.weiDecimals)), by: owner)
    },
    GrammarEntry("asset.send", 6) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address), draw.state.account(friend) != nil
      else { return nil }
      let free = draw.state.withdrawable(actor.account)
      guard free > 0 else { return nil }
      let amount = scale(free, Int128(draw.number(1...100_000)), by: 1_000_000, .ceiling)
      return draw.sign(
        .sendAsset(
          AssetTransfer(
            destination: friend.description, sourceDex: "", destinationDex: draw.flag() ? "spot" : "", token: "USDC",
            amount: formatDecimal(amount, scale: 6))), by: actor.address)
    },
    GrammarEntry("spot.quote", 25) { $0.spotOrder(.goodTilCancelled, away: 0...50_000) },
    GrammarEntry("spot.post", 10) { $0.spotOrder(.addLiquidityOnly, away: 20_000...100_000) },
    GrammarEntry("spot.take", 20) { $0.spotOrder(.immediateOrCancel, away: -50_000...(-1)) },
    GrammarEntry("spot.cancel", 12) { draw in
      for actor in draw.actors() {
        guard let open = draw.state.openOrders(actor.address).first(where: { $0.market.isSpot }) else { continue }
        return draw.send(
          .cancel([CancelRequest(asset: open.market.wireAsset, oid: open.oid)]), by: actor.address)
      }
      return nil
    },
    GrammarEntry("dex.fund", 8) { draw in
      guard let dex = draw.element(draw.state.parameters.dexs), let actor = draw.actor() else { return nil }
      let free = draw.state.withdrawable(actor.account)
      guard free > 0 else { return nil }
      let amount = scale(free, Int128(draw.number(1...300_000)), by: 1_000_000, .ceiling)
      return draw.sign(
        .sendAsset(
          AssetTransfer(
            destination: actor.address.description, sourceDex: "", destinationDex: dex.name, token: "USDC",
            amount: formatDecimal(amount, scale: 6))), by: actor.address)
    },
    GrammarEntry("dex.oracle", 20) { draw in
      guard let dex = draw.readyDex() else { return nil }
      return draw.dexOracle(dex)
    },
    GrammarEntry("dex.order", 25) { draw in draw.dexOrder() },
    GrammarEntry("dex.settings", 2) { draw in
      guard let dex = draw.element(draw.state.parameters.dexs), draw.cast.contains(dex.deployer),
        draw.state.account(dex.deployer) != nil,
        let market = draw.element(draw.state.parameters.markets.filter { $0.dex == dex.index })
      else { return nil }
      let kinds: [PerpDeployment] = [
        .haltTrading(coin: market.symbol, isHalted: draw.flag()),
        .setOpenInterestCaps([DexCap(market.symbol, UInt64(draw.magnitude(1_000_000, 1_000_000_000_000)))]),
        .setFeeRecipient(dex: dex.name, recipient: dex.deployer),
      ]
      return draw.send(.perpDeploy(draw.element(kinds) ?? kinds[0]), by: dex.deployer)
    },
    GrammarEntry("dex.resume", 6) { draw in
      for market in draw.state.parameters.markets where draw.state.isHalted(market.asset) {
        let deployer = draw.state.parameters.dexs[Int(market.dex) - 1].deployer
        return draw.send(.perpDeploy(.haltTrading(coin: market.symbol, isHalted: false)), by: deployer)
      }
      return nil
    },
  ]

  static let brokenAssets: [GrammarEntry] = [
    GrammarEntry(invalid: "twap.short", 3) { draw in
      guard var twap = draw.twap() else { return nil }
      twap.request.minutes = draw.element([0, 4, 1_000_000, .max]) ?? 0
      return draw.send(.twapOrder(twap.request), by: twap.signer)
    },
    GrammarEntry(invalid: "twap.dust", 3) { draw in
      guard var twap = draw.twap(), let market = draw.state.parameters.market(twap.request.asset) else { return nil }
      twap.request.size = draw.flag() ? 0 : market.lotWire
      if draw.state.mark(market.asset) >= draw.state.parameters.twap.minimum { return nil }
      return draw.send(.twapOrder(twap.request), by: twap.signer)
    },
    GrammarEntry(invalid: "twap.unknown", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.twapCancel(asset: 0, id: .max), by: actor.address)
    },
    GrammarEntry(invalid: "class.tooMuch", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      let toPerp = draw.flag()
      let free = toPerp ? draw.state.spotFree(actor.address, 0) / 100 : draw.state.withdrawable(actor.account)
      return draw.sign(
        .classTransfer(amount: formatDecimal(free + 1, scale: 6), toPerp: toPerp), by: actor.address)
    },
    GrammarEntry(invalid: "class.badText", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      let texts = ["", "1 subaccount:0x12", "1 2 3", "-1", "1e9", "0", "1 subaccount:\(Address.zero)"]
      return draw.sign(.classTransfer(amount: draw.element(texts) ?? "", toPerp: draw.flag()), by: actor.address)
    },
    GrammarEntry(invalid: "spot.sendBad", 3) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      let kinds: [SignedAction] = [
        .spotSend(destination: friend.description, token: "NONE:0x00", amount: "1"),
        .spotSend(destination: friend.description, token: "USDC", amount: "99999999999"),
        .spotSend(destination: actor.address.description, token: "USDC", amount: "1"),
        .spotSend(destination: "x", token: "USDC", amount: "1"),
      ]
      return draw.sign(draw.element(kinds) ?? kinds[0], by: actor.address)
    },
    GrammarEntry(invalid: "asset.badDex", 2) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      return draw.sign(
        .sendAsset(
          AssetTransfer(
            destination: friend.description, sourceDex: draw.flag() ? "none" : "", destinationDex: "zzzz",
            token: "USDC", amount: "1")), by: actor.address)
    },
    GrammarEntry(invalid: "spot.beyondBalance", 4) { draw in
      guard let market = draw.spotMarket(), let actor = draw.actor() else { return nil }
      let isBuy = draw.flag()
      let price = draw.state.referencePrice(market)
      let need = HyperliquidState.spotNeed(market, isBuy: isBuy, 1, at: price)
      let free = draw.state.spotFree(actor.address, HyperliquidState.spotToken(market, isBuy: isBuy))
      let lots = max(Lots(clamping: free / max(1, need)) + 1, draw.lots(market, usdc: 2_000, at: price))
      return draw.limit(market, isBuy: isBuy, price: market.validPrice(price, up: true), lots: lots, .goodTilCancelled)
        .flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry(invalid: "spot.leverage", 2) { draw in
      guard let market = draw.spotMarket(), let actor = draw.actor() else { return nil }
      return draw.send(.updateLeverage(asset: market.wireAsset, isCross: true, leverage: 1), by: actor.address)
    },
    GrammarEntry(invalid: "token.tooMuch", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.proposal(.tokenDeposit(to: actor.address, token: draw.flag() ? 0 : 999, amount: 1))
    },
    GrammarEntry(invalid: "dex.impostor", 3) { draw in
      guard let dex = draw.element(draw.state.parameters.dexs), let other = draw.friend(of: dex.deployer),
        draw.state.account(other) != nil,
        let market = draw.state.parameters.markets.first(where: { $0.dex == dex.index })
      else { return nil }
      return draw.send(.perpDeploy(.haltTrading(coin: market.symbol, isHalted: true)), by: other)
    },
    GrammarEntry(invalid: "dex.badPrices", 3) { draw in
      guard let dex = draw.readyDex() else { return nil }
      let kinds: [DexOracle] = [
        DexOracle(dex: dex.name, oracle: []), DexOracle(dex: "none", oracle: [DexPrice("A", "1")]),
        DexOracle(dex: dex.name, oracle: [DexPrice("BTC", "1")]),
        DexOracle(dex: dex.name, oracle: [DexPrice("\(dex.name):NONE", "-1")]),
      ]
      return draw.send(.perpDeploy(.setOracle(draw.element(kinds) ?? kinds[0])), by: dex.oracleUpdater)
    },
  ]
}

extension GrammarDraw {
  /// A TWAP of a drawn actor, worth more than the least.
  mutating func twap() -> (signer: Address, request: TwapRequest)? {
    guard let actor = actor(), let market = market() else { return nil }
    let price = state.mark(market.asset)
    let least = Int64(clamping: state.parameters.twap.minimum / 1_000_000) + 10
    let lots = lots(market, usdc: magnitude(least, 20 * least), at: price) + 1
    guard let size = market.wire(lots: lots) else { return nil }
    var request = TwapRequest(
      asset: market.wireAsset, isBuy: flag(), size: size, minutes: UInt64(number(5...30)), isRandomized: flag())
    if random.uniform(below: 4) == 0 {
      let trigger = market.wire(ticks: self.price(market, offset: number(-20_000...20_000)))
      let stop = market.wire(ticks: self.price(market, offset: request.isBuy ? 100_000 : -100_000))
      request.details = TwapDetails(trigger: trigger, isAbove: flag(), stop: stop)
    }
    return (actor.address, request)
  }

  mutating func spotMarket() -> MarketParameters? {
    let state = state
    return element(state.parameters.markets.filter { $0.isSpot && state.referencePrice($0) > 0 })
  }

  /// Somebody with a free token, and how much of it.
  mutating func spotHolder() -> (owner: Address, token: TokenParameters, free: Int128)? {
    for actor in actors() {
      let held = state.parameters.tokens.filter { state.spotFree(actor.address, $0.index) > 0 }
      if let token = element(held) { return (actor.address, token, state.spotFree(actor.address, token.index)) }
    }
    return nil
  }

  /// A spot order within the means of whoever has them.
  mutating func spotOrder(_ timeInForce: TimeInForce, away: ClosedRange<Int64>) -> GeneratedHyperliquid? {
    guard let market = spotMarket() else { return nil }
    let isBuy = flag()
    let distance = number(away)
    let raw = divide(
      Int128(state.referencePrice(market)) * Int128(1_000_000 + (isBuy ? -distance : distance)), by: 1_000_000, .halfUp)
    let price = max(1, market.validPrice(max(1, Ticks(clamping: raw)), up: !isBuy))
    let least = divide(state.parameters.orderMinimum * market.valueUnit, by: Int128(price), .ceiling)
    let token = HyperliquidState.spotToken(market, isBuy: isBuy)
    for actor in actors() {
      let most =
        state.spotFree(actor.address, token)
        / max(
          1, HyperliquidState.spotNeed(market, isBuy: isBuy, 1, at: price))
      guard most >= least, least > 0 else { continue }
      let lots = Lots(clamping: min(most, least * Int128(number(1...40))))
      return limit(market, isBuy: isBuy, price: price, lots: lots, timeInForce).flatMap {
        send([$0], by: actor.address)
      }
    }
    return nil
  }

  // MARK: Builders' dexs

  /// A dex whose deployer is of the cast and may set prices now.
  mutating func readyDex() -> DexParameters? {
    let state = state
    let time = time
    let known = actors().map(\.address)
    return element(
      state.parameters.dexs.filter { dex in
        known.contains(dex.oracleUpdater)
          && (state.dexState(dex.index)?.oracleTime ?? 0) + HyperliquidState.dexOracleSpan <= time
      })
  }

  mutating func dexOracle(_ dex: DexParameters) -> GeneratedHyperliquid? {
    var update = DexOracle(dex: dex.name, oracle: [])
    for market in state.parameters.markets where market.dex == dex.index {
      let old = state.derived.oracles[Int(market.asset)]
      let moved =
        old == 0
        ? Int128(number(1_000...100_000)) * Int128(Powers.ten(market.priceDecimals)) / 1_000
        : max(1, divide(Int128(old) * Int128(1_000_000 + number(-30_000...30_000)), by: 1_000_000, .halfUp))
      let ticks = max(1, Ticks(clamping: min(moved, 1_000_000_000)))
      let text = formatDecimal(Int128(ticks), scale: market.priceDecimals)
      update.oracle.append(DexPrice(market.symbol, text))
      if flag() { update.external.append(DexPrice(market.symbol, text)) }
    }
    if flag() { update.marks = [update.oracle] }
    return update.oracle.isEmpty ? nil : send(.perpDeploy(.setOracle(update)), by: dex.oracleUpdater)
  }

  mutating func dexOrder() -> GeneratedHyperliquid? {
    let state = state
    guard
      let market = element(
        state.parameters.markets.filter { $0.dex > 0 && state.mark($0.asset) > 0 && !state.isHalted($0.asset) })
    else { return nil }
    for actor in actors() {
      guard let account = state.dexAccount(actor.account, market.dex), state.withdrawable(account) > 20_000_000 else {
        continue
      }
      let isBuy = flag()
      let distance = number(-5_000...5_000)
      let price = price(market, offset: isBuy ? -distance : distance)
      let lots = lots(market, usdc: magnitude(20, 2_000), at: price)
      return limit(market, isBuy: isBuy, price: price, lots: lots, flag() ? .goodTilCancelled : .immediateOrCancel)
        .flatMap { send([$0], by: actor.address) }
    }
    return nil
  }
}
