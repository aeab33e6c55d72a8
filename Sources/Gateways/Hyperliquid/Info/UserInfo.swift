import Canonical
import Hyperliquid
import VenueKit

// What a user has and may do.
extension InfoService {
  func userAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "clearinghouseState":
      return forUser(request) { user in forDex(request) { dex in json { writeMargin(&$0, user, dex) } } }
    case "spotClearinghouseState": return forUser(request) { user in json { writeSpot(&$0, user) } }
    case "activeAssetData":
      return forUser(request) { user in
        guard let coin = request.coin, let market = market(coin) else { return .missing }
        return json { writeActiveAsset(&$0, user, market) }
      }
    case "userFees": return forUser(request) { user in json { writeFees(&$0, user) } }
    case "userRateLimit": return forUser(request) { user in json { writeRateLimit(&$0, user) } }
    case "userRole": return forUser(request) { user in json { writeRole(&$0, user) } }
    case "extraAgents":
      return forUser(request) { user in
        json { $0.array(of: state.agents(of: user, at: time).filter { !$0.name.isEmpty }) { $0.agent($1) } }
      }
    case "portfolio": return forUser(request) { user in json { writePortfolio(&$0, user) } }
    default: return nil
    }
  }

  // MARK: Margin

  func writeMargin(_ output: inout JSONOutput, _ user: Address, _ dex: UInt32 = 0) {
    let reading = state.clearinghouse(user, dex: dex)
    output.object { output in
      output.key("marginSummary")
      Self.write(&output, reading.accountValue, reading.notional, reading.rawUsd, reading.marginUsed)
      output.key("crossMarginSummary")
      Self.write(&output, reading.crossValue, reading.crossNotional, reading.crossRawUsd, reading.crossMarginUsed)
      output.usd("crossMaintenanceMarginUsed", reading.crossMaintenance)
      output.usd("withdrawable", reading.withdrawable)
      output.key("assetPositions")
      output.array(of: reading.positions) { output, position in
        output.object { output in
          output.key("type")
          output.string("oneWay")
          output.key("position")
          writePosition(&output, position, user)
        }
      }
      output.key("time")
      output.integer(time)
    }
  }

  private static func write(
    _ output: inout JSONOutput, _ value: Money, _ notional: Money, _ raw: Money, _ used: Money
  ) {
    output.object { output in
      output.usd("accountValue", value)
      output.usd("totalNtlPos", notional)
      output.usd("totalRawUsd", raw)
      output.usd("totalMarginUsed", used)
    }
  }

  private func writePosition(_ output: inout JSONOutput, _ position: PerpPositionView, _ user: Address) {
    let market = position.market
    let funding = store.history { $0.cumulativeFunding(user, market.asset) }
    output.object { output in
      output.key("coin")
      output.string(market.symbol)
      output.wire("szi", Int128(position.size))
      output.key("leverage")
      output.object { output in
        output.key("type")
        output.string(position.isCross ? "cross" : "isolated")
        output.key("value")
        output.integer(position.leverage)
        if !position.isCross { output.usd("rawUsd", position.rawUsd) }
      }
      output.key("entryPx")
      output.decimal(Self.displayed(position.entryPrice, scale: 12), scale: 12)
      output.usd("positionValue", position.value)
      output.usd("unrealizedPnl", position.unrealized)
      output.key("returnOnEquity")
      output.decimal(Self.returnOnEquity(position), scale: 10)
      output.key("liquidationPx")
      if let price = position.liquidationPrice {
        output.decimal(price, scale: 12, places: 10)
      } else {
        output.null()
      }
      output.usd("marginUsed", position.marginUsed)
      output.key("maxLeverage")
      output.integer(market.leverageMaximum)
      output.key("cumFunding")
      output.object { output in
        output.usd("allTime", funding.allTime)
        output.usd("sinceOpen", funding.sinceOpen)
        output.usd("sinceChange", funding.sinceChange)
      }
    }
  }

  /// Profit times leverage over the entry's notional, 10^-10, cut.
  static func returnOnEquity(_ position: PerpPositionView) -> Int128 {
    let cost = abs(position.cost)
    return cost == 0 ? 0 : position.unrealized * 10_000_000_000 / cost * Int128(position.leverage)
  }

  /// Six significant figures, or a whole number: entry prices are shown rounded.
  static func displayed(_ figure: Int128, scale: Int) -> Int128 {
    var unit: Int128 = 1
    for _ in 0..<scale { unit *= 10 }
    var step: Int128 = 1
    while figure / step >= 1_000_000 && step < unit { step *= 10 }
    return (figure + step / 2) / step * step
  }

  func writeSpot(_ output: inout JSONOutput, _ user: Address) {
    output.object { output in
      output.key("balances")
      output.array(of: state.spotBalances(user)) { output, balance in
        output.object { output in
          output.key("coin")
          output.string(balance.token.name)
          output.key("token")
          output.integer(balance.token.index)
          output.key("hold")
          output.decimal(balance.hold, scale: balance.token.weiDecimals)
          output.key("total")
          output.decimal(balance.total, scale: balance.token.weiDecimals)
          output.key("entryNtl")
          output.string("0.0")
        }
      }
    }
  }

  /// Most lots that the free margin and the position to close allow on each side, at the mark.
  func writeActiveAsset(_ output: inout JSONOutput, _ user: Address, _ market: MarketParameters) {
    let choice = state.leverage(user, market)
    let mark = Int128(state.marketReading(market).mark)
    let free = state.availableToTrade(user, market)
    func lots(_ margin: Money) -> Int128 { mark == 0 ? 0 : margin * Int128(choice.leverage) / mark }
    output.object { output in
      output.key("user")
      output.address(user)
      output.key("coin")
      output.string(market.symbol)
      output.key("leverage")
      output.object { output in
        output.key("type")
        output.string(choice.isCross ? "cross" : "isolated")
        output.key("value")
        output.integer(choice.leverage)
        if !choice.isCross { output.usd("rawUsd", 0) }
      }
      output.key("maxTradeSzs")
      output.array { output in
        for margin in [free.buy, free.sell] { output.decimal(market.wireFigure(size: lots(margin)), scale: 8) }
      }
      output.key("availableToTrade")
      output.array { output in
        for margin in [free.buy, free.sell] { output.decimal(margin, scale: 6) }
      }
      output.wire("markPx", market.wireFigure(price: Ticks(mark)))
    }
  }

  // MARK: Limits and roles

  /// A venue without limits tells the real one's.
  private func writeRateLimit(_ output: inout JSONOutput, _ user: Address) {
    let limit = state.rateLimit(user)
    let cap = parameters.limits.requests == 0 ? limit.cap + 10_000 : limit.cap
    output.object { output in
      output.usd("cumVlm", limit.volume)
      output.key("nRequestsUsed")
      output.integer(limit.used)
      output.key("nRequestsCap")
      output.integer(cap)
      output.key("nRequestsSurplus")
      output.integer(limit.reserved)
    }
  }

  private func writeRole(_ output: inout JSONOutput, _ user: Address) {
    output.object { output in
      output.key("role")
      switch state.role(user, at: time) {
      case .missing: output.string("missing")
      case .user: output.string("user")
      case .vault: output.string("vault")
      case .agent(let master):
        output.string("agent")
        output.key("data")
        output.object { output in
          output.key("user")
          output.address(master)
        }
      case .subAccount(let master):
        output.string("subAccount")
        output.key("data")
        output.object { output in
          output.key("master")
          output.address(master)
        }
      }
    }
  }

  // MARK: Portfolio

  func writePortfolio(_ output: inout JSONOutput, _ user: Address) {
    let samples = store.history { $0.users[user]?.samples.rows ?? [] }
    let now = HistoryIndex.valueSample(user, state: state, time: time)
    let day: Int64 = 86_400_000
    let windows: [(StaticString, Int64)] = [
      ("day", day), ("week", 7 * day), ("month", 30 * day), ("allTime", .max), ("perpDay", day),
      ("perpWeek", 7 * day), ("perpMonth", 30 * day), ("perpAllTime", .max),
    ]
    output.array(of: windows) { output, window in
      let shown = samples.filter { window.1 == .max || $0.time >= time - window.1 } + [now]
      output.array { output in
        output.string(window.0)
        output.object { output in
          output.key("accountValueHistory")
          output.array(of: shown) { $0.pair($1.time, $1.value) }
          output.key("pnlHistory")
          output.array(of: shown) { $0.pair($1.time, $1.profit - (shown.first?.profit ?? 0)) }
          output.usd("vlm", now.volume - (shown.first?.volume ?? 0))
        }
      }
    }
  }
}

extension JSONOutput {
  mutating func pair(_ time: Int64, _ amount: Money) {
    array { output in
      output.integer(time)
      output.decimal(amount, scale: 6)
    }
  }

  mutating func agent(_ reading: AgentView) {
    object { output in
      output.key("name")
      output.string(reading.name)
      output.key("address")
      output.address(reading.address)
      output.key("validUntil")
      output.integer(reading.validUntil)
    }
  }
}
