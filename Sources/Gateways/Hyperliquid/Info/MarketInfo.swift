import Canonical
import Hyperliquid
import VenueKit

// Markets: what they are and what they do now.
extension InfoService {
  func marketAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "meta": return forDex(request) { dex in json { writeMeta(&$0, dex) } }
    case "metaAndAssetCtxs":
      return forDex(request) { dex in
        json { output in
          output.array { output in
            writeMeta(&output, dex)
            output.array(of: perpetuals(dex)) { writeContext(&$0, $1) }
          }
        }
      }
    case "allPerpMetas":
      return json { $0.array(of: 0...UInt32(parameters.dexs.count)) { writeMeta(&$0, $1) } }
    case "allMids": return forDex(request) { dex in json { writeMids(&$0, dex) } }
    case "l2Book": return bookAnswer(request)
    case "recentTrades":
      guard let coin = request.coin else { return .unreadable }
      guard market(coin) != nil else { return .missing }
      let rows = store.history { $0.coins[coin]?.trades.rows ?? [] }
      return json { $0.array(of: rows.suffix(10).reversed()) { $0.trade($1) } }
    case "candleSnapshot": return candleAnswer(request)
    case "fundingHistory": return fundingHistoryAnswer(request)
    case "predictedFundings": return json(writePredictedFundings)
    case "marginTable":
      guard let id = request["id"]?.int else { return .unreadable }
      guard let table = marginTables.first(where: { $0.id == id }) else { return .missing }
      return json { writeTable(&$0, table) }
    default: return nil
    }
  }

  // MARK: Meta

  /// Tables below 50 have one tier, and their number is its leverage; the others are numbered from 51 in the order of
  /// the markets that use them.
  var marginTables: [MarginTable] {
    var tables: [MarginTable] = []
    for market in parameters.markets where !market.isSpot && !tables.contains(where: { $0.tiers == market.tiers }) {
      let isPlain = market.tiers.count == 1 && market.leverageMaximum < 50
      let id = isPlain ? Int(market.leverageMaximum) : 51 + tables.count { $0.id > 50 }
      tables.append(MarginTable(id: id, tiers: market.tiers))
    }
    return tables
  }

  func writeMeta(_ output: inout JSONOutput, _ dex: UInt32) {
    let tables = marginTables
    output.object { output in
      output.key("universe")
      output.array(of: perpetuals(dex)) { output, market in
        output.object { output in
          output.key("szDecimals")
          output.integer(market.sizeDecimals)
          output.key("name")
          output.string(market.symbol)
          output.key("maxLeverage")
          output.integer(market.leverageMaximum)
          output.key("marginTableId")
          output.integer(tables.first { $0.tiers == market.tiers }?.id ?? 0)
          if market.onlyIsolated {
            output.key("onlyIsolated")
            output.flag(true)
          }
        }
      }
      output.key("marginTables")
      output.array(of: tables) { output, table in
        output.array { output in
          output.integer(table.id)
          writeTable(&output, table)
        }
      }
      output.key("collateralToken")
      output.integer(0)
    }
  }

  private func writeTable(_ output: inout JSONOutput, _ table: MarginTable) {
    output.object { output in
      output.key("description")
      output.string(table.tiers.count == 1 ? "" : "tiered \(table.tiers[0].leverageMaximum)x")
      output.key("marginTiers")
      output.array(of: table.tiers) { output, tier in
        output.object { output in
          output.key("lowerBound")
          output.decimal(tier.lowerBound, scale: 6)
          output.key("maxLeverage")
          output.integer(tier.leverageMaximum)
        }
      }
    }
  }

  // MARK: Contexts

  /// The changing figures of a perpetual.
  func writeContext(_ output: inout JSONOutput, _ market: MarketParameters) {
    let reading = state.marketReading(market)
    let day = store.history { ($0.coins[market.symbol] ?? CoinHistory()).day(until: time) }
    output.object { output in
      output.key("funding")
      output.decimal(reading.rate, scale: 12, places: 10)
      output.key("openInterest")
      output.decimal(market.wireFigure(size: reading.openInterest), scale: 8)
      output.key("prevDayPx")
      output.decimal(day.previous ?? market.wireFigure(price: reading.mark), scale: 8)
      output.key("dayNtlVlm")
      output.decimal(day.notional, scale: 6)
      output.key("premium")
      output.decimal(reading.premium, scale: 12, places: 10)
      output.key("oraclePx")
      output.decimal(market.wireFigure(price: reading.oracle), scale: 8)
      output.key("markPx")
      output.decimal(market.wireFigure(price: reading.mark), scale: 8)
      output.key("midPx")
      if let mid = Self.mid(market, reading) { output.decimal(mid, scale: 9) } else { output.null() }
      output.key("impactPxs")
      if let bid = reading.impactBid, let ask = reading.impactAsk {
        output.array { output in
          output.decimal(market.wireFigure(price: bid), scale: 8)
          output.decimal(market.wireFigure(price: ask), scale: 8)
        }
      } else {
        output.null()
      }
      output.key("dayBaseVlm")
      output.decimal(day.base, scale: 8)
    }
  }

  /// The mean of best bid and ask, 10^-9; nil while a side is empty.
  static func mid(_ market: MarketParameters, _ reading: MarketReading) -> Int128? {
    guard let bid = reading.bid, let ask = reading.ask else { return nil }
    return (market.wireFigure(price: bid.price) + market.wireFigure(price: ask.price)) * 5
  }

  /// Spot mids stand with those of the first dex.
  func writeMids(_ output: inout JSONOutput, _ dex: UInt32) {
    output.object { output in
      for market in perpetuals(dex) + (dex == 0 ? pairs : []) {
        let reading = state.marketReading(market)
        output.key(text: market.symbol)
        // A book without two sides is told by its last trade, and without one by the mark.
        let last = market.wireFigure(price: reading.lastTrade ?? reading.mark) * 10
        output.decimal(Self.mid(market, reading) ?? last, scale: 9)
      }
    }
  }

  // MARK: Candles and funding

  private func candleAnswer(_ request: InfoRequest) -> InfoAnswer {
    guard let inner = request["req"] else { return .unreadable }
    let query = InfoRequest(body: inner)
    guard let coin = query.coin, let interval = query["interval"]?.string.flatMap({ CandleInterval(rawValue: $0) }),
      query.hasReadableTimes, let start = query.startTime
    else { return .unreadable }
    guard market(coin) != nil else { return .missing }
    let end = query.endTime ?? Int64.max
    // The candle that holds the start belongs to the answer.
    let span = TimeSpan(first: start <= 0 ? 0 : interval.start(of: start), last: end)
    let chosen = store.candles(of: CandleKey(coin: coin, interval: interval), in: span, limit: 5_000)
    return json { $0.array(of: chosen) { $0.candle($1, coin, interval) } }
  }

  private func fundingHistoryAnswer(_ request: InfoRequest) -> InfoAnswer {
    guard let coin = request.coin, request.hasReadableTimes, let start = request.startTime else { return .unreadable }
    guard market(coin) != nil else { return .missing }
    let end = request.endTime ?? Int64.max
    let chosen = store.fundingRates(of: coin, in: TimeSpan(first: start, last: end), limit: 500)
    return json { output in
      output.array(of: chosen) { output, row in
        output.object { output in
          output.key("coin")
          output.string(coin)
          output.key("fundingRate")
          output.decimal(row.rate, scale: 12, places: 10)
          output.key("premium")
          output.decimal(row.premium, scale: 12, places: 10)
          output.key("time")
          output.integer(row.time)
        }
      }
    }
  }

  private func writePredictedFundings(_ output: inout JSONOutput) {
    let interval = parameters.funding.intervalMilliseconds
    output.array(of: perpetuals(0)) { output, market in
      output.array { output in
        output.string(market.symbol)
        output.array { output in
          output.array { output in
            output.string("HlPerp")
            output.object { output in
              output.key("fundingRate")
              output.decimal(state.marketReading(market).rate, scale: 12, places: 10)
              output.key("nextFundingTime")
              output.integer((time / interval + 1) * interval)
            }
          }
        }
      }
    }
  }
}

/// Tiers that markets share.
struct MarginTable: Equatable {
  var id: Int
  var tiers: [MarginTier]
}
