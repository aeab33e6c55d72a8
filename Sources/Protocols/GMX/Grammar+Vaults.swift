import Canonical
import Quantities
import VenueKit

// Vaults over markets, for the fuzzer. Rule GMX-162.
extension GrammarDraw {
  /// A vault and one of its markets, now and then none of either.
  mutating func vault() -> (glv: GLVID, market: MarketID)? {
    guard let glv = element(state.glvs.sortedKeys()) else { return nil }
    if chance(20) { return (GLVID(truncatingIfNeeded: random.next()), market()?.market ?? 1) }
    if chance(20) { return (glv, market()?.market ?? 1) }
    return element(state.glvMarkets(glv)).map { (glv, $0) }
  }

  /// What a person holds of a token.
  func held(_ person: Address, _ token: TokenID) -> UInt256 { max(.zero, state.balance(of: person, token)).magnitude }
}

extension GrammarEntry {
  static let vaults: [GrammarEntry] = [
    GrammarEntry("deposit to a vault", 6) { draw in
      let person = draw.person()
      guard let (glv, marketID) = draw.vault(), let market = draw.state.markets[marketID] else { return nil }
      var request = GLVDepositRequest(
        account: person, glv: glv, market: marketID, initialLongToken: market.longToken,
        initialShortToken: market.shortToken, longAmount: draw.part(of: draw.held(person, market.longToken)),
        shortAmount: draw.part(of: draw.held(person, market.shortToken)))
      if draw.flag() {
        let tokens = draw.part(of: draw.held(person, marketID.token))
        request = GLVDepositRequest(account: person, glv: glv, market: marketID, marketTokens: tokens)
        if draw.chance(10) { request.initialLongToken = market.longToken }
      }
      if draw.chance(8) { request.longSwapPath = draw.path() }
      if draw.chance(6) { request.minGLVTokens = draw.wide() }
      request.uiFeeReceiver = draw.uiReceiver()
      return draw.send(.createGLVDeposit(request, receiver: draw.receiver(person)), from: person)
    },
    GrammarEntry("withdraw from a vault", 4) { draw in
      let person = draw.person()
      guard let (glv, market) = draw.vault() else { return nil }
      var request = GLVWithdrawalRequest(
        account: person, glv: glv, market: market, glvTokens: draw.part(of: draw.held(person, glv.glvToken)))
      if draw.chance(6) { request.longSwapPath = draw.path() }
      if draw.chance(6) { request.minShortTokenAmount = draw.wide() }
      return draw.send(.createGLVWithdrawal(request, receiver: draw.receiver(person)), from: person)
    },
    GrammarEntry("shift a vault", 3) { draw in
      guard let (glv, from) = draw.vault(), let to = draw.element(draw.state.glvMarkets(glv)) else { return nil }
      var request = GLVShiftRequest(
        glv: glv, fromMarket: from, toMarket: to, marketTokens: draw.part(of: draw.state.glvMarketTokens(glv, from)))
      if draw.chance(6) { request.minMarketTokens = draw.wide() }
      return draw.send(.createGLVShift(request), from: draw.person())
    },
    GrammarEntry("execute an order just in time", 3) { draw in
      guard let (glv, from) = draw.vault() else { return nil }
      let markets = draw.state.glvMarkets(glv)
      let state = draw.state
      // Mostly increases that a vault may help.
      let isAny = draw.chance(6)
      let ids = state.orders.sortedKeys().filter { id in
        guard let order = state.orders[id] else { return false }
        return isAny || order.orderType.isIncrease && markets.contains(order.market)
      }
      guard let id = draw.element(ids), let order = state.orders[id] else { return nil }
      let tokens = draw.part(of: state.glvMarketTokens(glv, from))
      let shift = GLVShiftRequest(glv: glv, fromMarket: from, toMarket: order.market, marketTokens: tokens)
      return draw.send(.executeJustInTime(order: id, draw.chance(8) ? [] : [shift]), from: draw.person())
    },
    GrammarEntry("cancel or execute what waits for a vault", 4) { draw in
      let state = draw.state
      let keeper = draw.person()
      var waiting: [(action: GMXAction, sender: Address)] = []
      for id in state.glvDeposits.sortedKeys() {
        waiting.append((.cancelGLVDeposit(id), state.glvDeposits[id]?.request.account ?? keeper))
        waiting.append((.executeGLVDeposit(id), keeper))
      }
      for id in state.glvWithdrawals.sortedKeys() {
        waiting.append((.cancelGLVWithdrawal(id), state.glvWithdrawals[id]?.request.account ?? keeper))
        waiting.append((.executeGLVWithdrawal(id), keeper))
      }
      for id in state.glvShifts.sortedKeys() { waiting.append((.executeGLVShift(id), keeper)) }
      return draw.element(waiting).map { draw.send($0.action, from: $0.sender) }
    },
    GrammarEntry(invalid: "request that is not there", 1) { draw in
      let id = draw.random.next()
      let actions: [GMXAction] = [
        .cancelDeposit(id), .executeDeposit(id), .cancelWithdrawal(id), .executeWithdrawal(id), .cancelShift(id),
        .executeShift(id), .cancelGLVDeposit(id), .executeGLVDeposit(id), .cancelGLVWithdrawal(id),
        .executeGLVWithdrawal(id), .executeGLVShift(id), .executeJustInTime(order: id, []),
      ]
      return draw.element(actions).map { draw.send($0, from: draw.person()) }
    },
    GrammarEntry(invalid: "vault of absurd figures", 1) { draw in
      let person = draw.person()
      let glv = GLVID(truncatingIfNeeded: draw.flag() ? 1 : draw.random.next())
      let market = MarketID(truncatingIfNeeded: draw.flag() ? 1 : draw.random.next())
      let action: GMXAction =
        draw.flag()
        ? .createGLVDeposit(
          GLVDepositRequest(account: person, glv: glv, market: market, marketTokens: draw.wide()), receiver: person)
        : draw.flag()
          ? .createGLVWithdrawal(
            GLVWithdrawalRequest(account: person, glv: glv, market: market, glvTokens: draw.wide()), receiver: person)
          : .createGLVShift(
            GLVShiftRequest(glv: glv, fromMarket: market, toMarket: market &+ 1, marketTokens: draw.wide()))
      return draw.send(action, from: person)
    },
  ]
}
