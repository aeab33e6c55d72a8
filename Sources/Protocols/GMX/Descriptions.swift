import Canonical
import Quantities
import VenueKit

extension GMXVenue {
  /// One line for people, for example `MarketIncrease long BTC 5000 USD with 500 USDC`.
  public func describe(_ content: GMXContent) -> String {
    let roster = genesis.roster
    switch content.body {
    case .action(let action): return describe(action, roster)
    case .proposer(let action): return describe(action, roster)
    case .relay(let transaction, _):
      return "relayed for \(transaction.account): " + describe(transaction.call, roster)
    }
  }

  private func usd(_ value: UInt256) -> String {
    formatDecimal(CommonUnits.usd(value), scale: CommonScale.decimals) + " USD"
  }

  private func units(_ amount: UInt256, _ token: TokenID, _ roster: GMXRoster) -> String {
    let decimals = token >= GMXState.marketTokenBase ? 18 : roster.token(token)?.decimals ?? 0
    return formatDecimal(CommonUnits.size(amount, decimals: decimals), scale: CommonScale.decimals) + " "
      + roster.symbol(token)
  }

  private func describe(_ key: PositionKey, _ roster: GMXRoster) -> String {
    "\(key.account) \(roster.marketName(key.market)) \(key.isLong ? "long" : "short") in "
      + roster.symbol(key.collateralToken)
  }

  private func describe(_ action: GMXAction, _ roster: GMXRoster) -> String {
    switch action {
    case .createOrder(let order):
      let market = order.market == 0 ? "" : " \(order.isLong ? "long" : "short") \(roster.marketName(order.market))"
      return "\(order.orderType)\(market) \(usd(order.sizeDeltaUsd)) with "
        + units(order.initialCollateralDeltaAmount, order.initialCollateralToken, roster)
    case .updateOrder(let id, let update): return "update order \(id) to \(usd(update.sizeDeltaUsd))"
    case .cancelOrder(let id): return "cancel order \(id)"
    case .executeOrder(let id): return "execute order \(id)"
    case .liquidate(let key): return "liquidate " + describe(key, roster)
    case .deleverage(let key, let size): return "deleverage \(describe(key, roster)) by \(usd(size))"
    case .updateADLState(let market, let isLong):
      return "updateAdlState \(roster.marketName(market)) \(isLong ? "long" : "short")"
    case .claimFunding(let market, let token):
      return "claimFunding \(roster.marketName(market)) \(roster.symbol(token))"
    case .claimCollateral(let market, let token, let timeKey):
      return "claimCollateral \(roster.marketName(market)) \(roster.symbol(token)) of hour \(timeKey)"
    case .claim(let kind, let market, let token):
      return "claim \(kind) \(roster.marketName(market)) \(roster.symbol(token))"
    case .bridgeOut(let token, let amount): return "bridge out \(units(amount, token, roster))"
    case .v1(let action): return describe(action, roster)
    default: return describeLiquidity(action, roster)
    }
  }

  private func describeLiquidity(_ action: GMXAction, _ roster: GMXRoster) -> String {
    func tokens(of request: some LiquidityRequest) -> String {
      request.brought.filter { !$0.amount.isZero }.map { units($0.amount, $0.token, roster) }.joined(separator: " and ")
    }
    switch action {
    case .createDeposit(let request, _):
      return "deposit to \(roster.marketName(request.market)): \(tokens(of: request))"
    case .cancelDeposit(let id): return "cancel deposit \(id)"
    case .executeDeposit(let id): return "execute deposit \(id)"
    case .createWithdrawal(let request, _): return "withdraw \(tokens(of: request))"
    case .cancelWithdrawal(let id): return "cancel withdrawal \(id)"
    case .executeWithdrawal(let id): return "execute withdrawal \(id)"
    case .createShift(let request, _):
      return "shift \(tokens(of: request)) to \(roster.marketName(request.toMarket))"
    case .cancelShift(let id): return "cancel shift \(id)"
    case .executeShift(let id): return "execute shift \(id)"
    case .withdrawAtOnce(let request, _): return "withdraw at once \(tokens(of: request))"
    case .createGLVDeposit(let request, _): return "deposit to vault \(request.glv): \(tokens(of: request))"
    case .cancelGLVDeposit(let id): return "cancel vault deposit \(id)"
    case .executeGLVDeposit(let id): return "execute vault deposit \(id)"
    case .createGLVWithdrawal(let request, _): return "withdraw from vault \(request.glv): \(tokens(of: request))"
    case .cancelGLVWithdrawal(let id): return "cancel vault withdrawal \(id)"
    case .executeGLVWithdrawal(let id): return "execute vault withdrawal \(id)"
    case .createGLVShift(let request): return "shift in vault \(request.glv) to \(roster.marketName(request.toMarket))"
    case .executeGLVShift(let id): return "execute vault shift \(id)"
    case .executeJustInTime(let order, let shifts): return "execute order \(order) after \(shifts.count) vault shifts"
    default: preconditionFailure("every other action was described before")
    }
  }

  private func describe(_ action: GMXProposerAction, _ roster: GMXRoster) -> String {
    switch action {
    case .prices(let prices):
      return "prices "
        + prices.map { price in
          let decimals = roster.token(price.token)?.decimals ?? 0
          let low = CommonUnits.price(price.record.min, decimals: decimals)
          return "\(roster.symbol(price.token)) \(formatDecimal(low, scale: CommonScale.decimals))"
        }.joined(separator: "; ")
    case .deposit(let account, let token, let amount): return "deposit \(units(amount, token, roster)) to \(account)"
    case .setting(let key, let value): return "setting \(genesis.path(of: key)) to \(value)"
    case .role(let role, let account, let isHeld): return "\(isHeld ? "grant" : "revoke") \(role.name) \(account)"
    case .referral(let trader, let record): return "referral of \(trader) by \(record.affiliate)"
    case .halt(let isHalted): return isHalted ? "halt" : "resume"
    }
  }
}
