import Canonical
import Quantities
import VenueKit

extension GrammarEntry {
  static let keepers: [GrammarEntry] = [
    GrammarEntry("execute what is ready", 60) { draw in
      let keeper = draw.person()
      let ready = draw.state.executions(by: keeper, at: draw.block.seconds)
      return draw.element(ready).map { draw.send($0, from: keeper) }
    },
    GrammarEntry("execute any order", 8) { draw in
      draw.order().map { draw.send(.executeOrder($0.id), from: draw.person()) }
    },
    GrammarEntry("liquidate who can be", 8) { draw in
      let keeper = draw.person()
      let found = draw.state.liquidations(by: keeper, at: draw.block.seconds)
      return draw.element(found).map { draw.send($0, from: keeper) }
    },
    GrammarEntry("liquidate anybody", 3) { draw in
      draw.position().map { draw.send(.liquidate($0.key), from: draw.person()) }
    },
    GrammarEntry("deleverage who must be", 6) { draw in
      let keeper = draw.person()
      let found = draw.state.deleveragings(by: keeper, at: draw.block.seconds)
      return draw.element(found).map { draw.send($0, from: keeper) }
    },
    GrammarEntry("deleverage anybody", 2) { draw in
      guard let (key, record) = draw.position() else { return nil }
      let size = draw.chance(4) ? draw.wide() : draw.part(of: record.sizeInUsd)
      return draw.send(.deleverage(key, size: size), from: draw.person())
    },
    GrammarEntry("update the state of deleveraging", 2) { draw in
      let market = draw.chance(5) ? MarketID(truncatingIfNeeded: draw.random.next()) : draw.market()?.market ?? 1
      return draw.send(.updateADLState(market, isLong: draw.flag()), from: draw.person())
    },
    GrammarEntry(invalid: "liquidate nobody", 1) { draw in
      let key = PositionKey(
        account: draw.person(), market: MarketID(truncatingIfNeeded: draw.random.next()),
        collateralToken: TokenID(draw.random.uniform(below: 6)), isLong: draw.flag())
      return draw.send(.liquidate(key), from: draw.person())
    },
  ]

  static let pools: [GrammarEntry] = [
    GrammarEntry("deposit", 8) { draw in
      let person = draw.person()
      guard let market = draw.market() else { return nil }
      var request = DepositRequest(
        account: person, market: market.market, initialLongToken: market.longToken,
        initialShortToken: market.shortToken, longAmount: .zero, shortAmount: .zero)
      let held = [market.longToken, market.shortToken].map { max(.zero, draw.state.balance(of: person, $0)).magnitude }
      if draw.flag() { request.longAmount = draw.part(of: held[0]) }
      if draw.flag() || request.longAmount.isZero { request.shortAmount = draw.part(of: held[1]) }
      if draw.chance(5) { request.minMarketTokens = draw.wide() }
      if draw.chance(5) { request.longSwapPath = draw.path() }
      if draw.chance(5) { request.shortSwapPath = draw.path() }
      request.uiFeeReceiver = draw.uiReceiver()
      return draw.send(.createDeposit(request, receiver: draw.receiver(person)), from: person)
    },
    GrammarEntry("withdraw", 5) { draw in
      let person = draw.person()
      guard let market = draw.market() else { return nil }
      let held = max(.zero, draw.state.balance(of: person, market.market.token)).magnitude
      var request = WithdrawalRequest(account: person, market: market.market, marketTokens: draw.part(of: held))
      if draw.chance(5) { request.longSwapPath = draw.path() }
      if draw.chance(5) { request.minLongTokenAmount = draw.wide() }
      request.uiFeeReceiver = draw.uiReceiver()
      if draw.chance(4) {
        request.longSwapPath = []
        return draw.send(.withdrawAtOnce(request, receiver: draw.receiver(person)), from: person)
      }
      return draw.send(.createWithdrawal(request, receiver: draw.receiver(person)), from: person)
    },
    GrammarEntry("shift", 3) { draw in
      let person = draw.person()
      guard let from = draw.market(), let to = draw.market() else { return nil }
      let held = max(.zero, draw.state.balance(of: person, from.market.token)).magnitude
      var request = ShiftRequest(
        account: person, fromMarket: from.market, toMarket: to.market, marketTokens: draw.part(of: held))
      if draw.chance(5) { request.minMarketTokens = draw.wide() }
      return draw.send(.createShift(request, receiver: draw.receiver(person)), from: person)
    },
    GrammarEntry("cancel or execute waiting liquidity", 4) { draw in
      let state = draw.state
      let waiting: [(GMXAction, Address)] =
        state.deposits.sortedKeys().flatMap { id in
          [(.cancelDeposit(id), state.deposits[id]?.request.account ?? .zero), (.executeDeposit(id), draw.cast[0])]
        }
        + state.withdrawals.sortedKeys().flatMap { id in
          [
            (.cancelWithdrawal(id), state.withdrawals[id]?.request.account ?? .zero),
            (.executeWithdrawal(id), draw.cast[0]),
          ]
        }
        + state.shifts.sortedKeys().flatMap { id in
          [(.cancelShift(id), state.shifts[id]?.request.account ?? .zero), (.executeShift(id), draw.cast[0])]
        }
      return draw.element(waiting).map { draw.send($0.0, from: $0.1) }
    },
    GrammarEntry(invalid: "withdraw too much", 1) { draw in
      let market = draw.chance(3) ? MarketID(truncatingIfNeeded: draw.random.next()) : draw.market()?.market ?? 1
      let person = draw.person()
      let request = WithdrawalRequest(account: person, market: market, marketTokens: draw.wide())
      return draw.send(
        draw.flag() ? .createWithdrawal(request, receiver: person) : .withdrawAtOnce(request, receiver: person),
        from: person)
    },
    GrammarEntry(invalid: "deposit of absurd figures", 1) { draw in
      let person = draw.person()
      let request = DepositRequest(
        account: person, market: MarketID(truncatingIfNeeded: draw.random.uniform(below: 4)),
        initialLongToken: TokenID(draw.random.uniform(below: 6)),
        initialShortToken: TokenID(draw.random.uniform(below: 6)), longAmount: draw.wide(), shortAmount: draw.wide())
      return draw.send(.createDeposit(request, receiver: draw.receiver(person)), from: person)
    },
  ]

  static let money: [GrammarEntry] = [
    GrammarEntry("claim funding", 5) { draw in
      guard let market = draw.market() else { return nil }
      return draw.send(
        .claimFunding(market.market, market.side(isLong: draw.flag())), from: draw.person())
    },
    GrammarEntry("claim impact", 2) { draw in
      guard let market = draw.market() else { return nil }
      let hour = draw.block.seconds / 3_600
      let key = hour &- min(hour, draw.random.uniform(below: 200))
      return draw.send(
        .claimCollateral(market.market, market.side(isLong: draw.flag()), timeKey: key), from: draw.person())
    },
    GrammarEntry("claim fees", 2) { draw in
      guard let market = draw.market(), let kind = draw.element(GMXState.ClaimKind.allCases) else { return nil }
      return draw.send(.claim(kind, market.market, market.side(isLong: draw.flag())), from: draw.person())
    },
    GrammarEntry("bridge out", 3) { draw in
      let person = draw.person()
      guard let market = draw.market(), let purse = draw.purse(person, in: market) else { return nil }
      return draw.send(.bridgeOut(purse.token, draw.part(of: draw.part(of: purse.amount))), from: person)
    },
    GrammarEntry(invalid: "bridge out too much", 1) { draw in
      let token = TokenID(truncatingIfNeeded: draw.flag() ? draw.random.uniform(below: 5) : draw.random.next())
      return draw.send(.bridgeOut(token, draw.wide()), from: draw.person())
    },
  ]

  static let proposals: [GrammarEntry] = [
    GrammarEntry("bring in tokens", 10) { draw in
      guard let token = draw.element(draw.state.roster.tokens) else { return nil }
      guard let units = draw.state.units(ofUsd: 1 << 40, token.token) else { return nil }
      return draw.propose(
        .deposit(
          to: draw.person(), token: token.token, amount: units &* UInt256(1 + draw.random.uniform(below: 300_000))))
    },
    GrammarEntry(invalid: "bring in nonsense", 1) { draw in
      let account = draw.flag() ? draw.person() : Holder.market(1)
      return draw.propose(
        .deposit(to: account, token: TokenID(draw.random.uniform(below: 6)), amount: draw.wide()))
    },
    GrammarEntry("change a setting", 3) { draw in
      guard let key = draw.element(draw.state.settings.sortedKeys()), key.kind != .requestExpirationTime else {
        return nil
      }
      let value = draw.state.settings[key] ?? .zero
      let share = UInt256(UInt64(draw.number(500...2_000)))
      return draw.propose(.setting(key, (try? Exact.multiplyDivide(value, share, 1_000)) ?? value))
    },
    GrammarEntry(invalid: "setting that is none", 2) { draw in
      guard let kind = draw.element(StoreKind.allCases) else { return nil }
      var key = StoreKey(kind, UInt16(draw.random.uniform(below: 4)), token: TokenID(draw.random.uniform(below: 4)))
      key.flag = draw.flag()
      key.number = draw.random.uniform(below: 6)
      // Anything in range would change the venue for the rest of the case.
      return draw.propose(.setting(key, .max))
    },
    GrammarEntry("referral", 1) { draw in
      let record = ReferralRecord(
        affiliate: draw.chance(3) ? .zero : draw.person(), tier: draw.random.uniform(below: 3),
        totalRebate: draw.random.uniform(below: 12_000), discountShare: draw.random.uniform(below: 12_000))
      return draw.propose(.referral(draw.person(), record))
    },
    GrammarEntry("role", 1) { draw in
      guard let role = draw.element(KeeperRole.allCases) else { return nil }
      let account = draw.chance(8) ? Address.zero : draw.person()
      return draw.propose(.role(role, account, isHeld: !draw.chance(3)))
    },
    GrammarEntry("halt or resume", 1) { draw in
      draw.state.isHalted ? draw.propose(.halt(false)) : draw.chance(6) ? draw.propose(.halt(true)) : nil
    },
    GrammarEntry("resume", 4) { draw in draw.state.isHalted ? draw.propose(.halt(false)) : nil },
    GrammarEntry(invalid: "prices that are none", 2) { draw in
      let now = draw.block.seconds
      let time = draw.chance(2) ? now : now &- min(now, 400) &+ draw.random.uniform(below: 800)
      var prices = (0..<1 + draw.random.uniform(below: 3)).map { _ in
        TokenPrice(
          token: TokenID(draw.random.uniform(below: 5)), min: draw.wide(), max: draw.wide(), timestamp: time)
      }
      // Absurd, but never taken: the lowest is above the highest, or the tokens are out of order.
      prices.append(TokenPrice(token: 0, min: 2, max: 1, timestamp: time))
      return draw.propose(.prices(prices))
    },
  ]
}
