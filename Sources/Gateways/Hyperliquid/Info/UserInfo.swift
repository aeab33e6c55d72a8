import Canonical
import Hyperliquid
import VenueKit

// What a user has and may do.
extension InfoService {
  func userAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "clearinghouseState":
      return forUser(request) { user in json { writeMargin(&$0, user, dex: request.dex) } }
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
        json { $0.array(of: state.agentReadings(user).filter { !$0.name.isEmpty }) { $0.agent($1) } }
      }
    case "portfolio": return forUser(request) { user in json { writePortfolio(&$0, user) } }
    default: return nil
    }
  }

  // MARK: Margin

  func writeMargin(_ output: inout JSONOutput, _ user: Address, dex: String = "") {
    let reading = dex.isEmpty ? state.marginReading(user) : MarginReading()
    output.object { output in
      output.key("marginSummary")
      Self.write(&output, reading.value, reading.notional, reading.rawUSD, reading.marginUsed)
      output.key("crossMarginSummary")
      Self.write(&output, reading.crossValue, reading.crossNotional, reading.crossRawUSD, reading.crossMarginUsed)
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

  private func writePosition(_ output: inout JSONOutput, _ position: PositionReading, _ user: Address) {
    let market = parameters.markets[Int(position.asset)]
    let size = Int128(abs(position.size))
    let entryTicks = (abs(position.cost) * 1_000 + size / 2) / size
    let funding = store.history { $0.cumulativeFunding(user, position.asset) }
    output.object { output in
      output.key("coin")
      output.string(market.symbol)
      output.wire("szi", market.wireFigure(size: Int128(position.size)))
      output.key("leverage")
      output.object { output in
        output.key("type")
        output.string(position.isCross ? "cross" : "isolated")
        output.key("value")
        output.integer(position.leverage)
        if !position.isCross { output.usd("rawUsd", position.rawUSD) }
      }
      output.key("entryPx")
      output.decimal(Self.displayed(entryTicks * market.wireFigure(price: 1), scale: 11), scale: 11)
      output.usd("positionValue", position.notional)
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
      output.integer(position.leverageMaximum)
      output.key("cumFunding")
      output.object { output in
        output.usd("allTime", funding.allTime)
        output.usd("sinceOpen", funding.sinceOpen)
        output.usd("sinceChange", funding.sinceChange)
      }
    }
  }

  /// Profit times leverage over the entry's notional, 10^-10, cut.
  static func returnOnEquity(_ position: PositionReading) -> Int128 {
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
      output.array { _ in }
    }
  }

  /// Most lots that the free margin and the position to close allow on each side, at the mark.
  func writeActiveAsset(_ output: inout JSONOutput, _ user: Address, _ market: MarketParameters) {
    let choice = state.leverageChoice(user, market.asset) ?? (1, true)
    let mark = Int128(state.prices[market.asset]?.mark ?? 0)
    let free = state.freeMargin(user)
    let held = state.marginReading(user).positions.first { $0.asset == market.asset }?.size ?? 0
    let buying = free + (held < 0 ? Int128(-held) * mark * 2 / Int128(choice.leverage) : 0)
    let selling = free + (held > 0 ? Int128(held) * mark * 2 / Int128(choice.leverage) : 0)
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
        for margin in [buying, selling] { output.decimal(market.wireFigure(size: lots(margin)), scale: 8) }
      }
      output.key("availableToTrade")
      output.array { output in
        for margin in [buying, selling] { output.decimal(margin, scale: 6) }
      }
      output.wire("markPx", market.wireFigure(price: Ticks(mark)))
    }
  }

  // MARK: Limits and roles

  private func writeRateLimit(_ output: inout JSONOutput, _ user: Address) {
    let volume = state.volumeReading(user)
    output.object { output in
      output.usd("cumVlm", volume)
      output.key("nRequestsUsed")
      output.integer(0)
      output.key("nRequestsCap")
      output.integer(10_000 + volume / 1_000_000)
      output.key("nRequestsSurplus")
      output.integer(0)
    }
  }

  private func writeRole(_ output: inout JSONOutput, _ user: Address) {
    output.object { output in
      output.key("role")
      if let record = state.accounts[user] {
        output.string(record.kind == .user ? "user" : "vault")
      } else if let agent = state.agents[user] {
        output.string("agent")
        output.key("data")
        output.object { output in
          output.key("user")
          output.address(agent.master)
        }
      } else {
        output.string("missing")
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

  mutating func agent(_ reading: AgentReading) {
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
