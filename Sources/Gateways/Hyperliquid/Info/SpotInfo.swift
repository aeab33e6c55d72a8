import Canonical
import Hyperliquid
import VenueKit

// Tokens and their pairs.
extension InfoService {
  func writeSpotMeta(_ output: inout JSONOutput) {
    output.object { output in
      output.key("universe")
      output.array(of: pairs) { output, market in
        guard case .spot(let pair, let token) = market.kind else { return }
        output.object { output in
          output.key("tokens")
          output.array { output in
            output.integer(token)
            output.integer(0)
          }
          output.key("name")
          output.string(market.symbol)
          output.key("index")
          output.integer(pair)
          output.key("isCanonical")
          output.flag(pair == 0)
        }
      }
      output.key("tokens")
      output.array(of: parameters.tokens) { writeToken(&$0, $1) }
    }
  }

  private func writeToken(_ output: inout JSONOutput, _ token: TokenParameters) {
    output.object { output in
      output.key("name")
      output.string(token.name)
      output.key("szDecimals")
      output.integer(token.sizeDecimals)
      output.key("weiDecimals")
      output.integer(token.weiDecimals)
      output.key("index")
      output.integer(token.index)
      output.key("tokenId")
      output.string(token.id)
      output.key("isCanonical")
      output.flag(token.index <= 1)
      output.key("evmContract")
      output.null()
      output.key("fullName")
      if let name = token.fullName { output.string(name) } else { output.null() }
      output.key("deployerTradingFeeShare")
      output.string("0.0")
    }
  }

  func writeSpotContexts(_ output: inout JSONOutput) { output.array(of: pairs) { writeSpotContext(&$0, $1) } }

  func writeSpotContext(_ output: inout JSONOutput, _ market: MarketParameters) {
    let reading = state.marketReading(market)
    let day = store.history { ($0.coins[market.symbol] ?? CoinHistory()).day(until: time) }
    output.object { output in
      output.wire("prevDayPx", day.previous ?? market.wireFigure(price: reading.mark))
      output.usd("dayNtlVlm", day.notional)
      output.wire("markPx", market.wireFigure(price: reading.mark))
      output.key("midPx")
      if let mid = Self.mid(market, reading) { output.decimal(mid, scale: 9) } else { output.null() }
      output.key("circulatingSupply")
      output.decimal(supply(market), scale: decimals(market))
      output.key("coin")
      output.string(market.symbol)
      output.key("totalSupply")
      output.decimal(supply(market), scale: decimals(market))
      output.wire("dayBaseVlm", day.base)
    }
  }

  private func decimals(_ market: MarketParameters) -> Int {
    guard case .spot(_, let token) = market.kind else { return 8 }
    return parameters.tokens.first { $0.index == token }?.weiDecimals ?? 8
  }

  /// All of the base token that the venue holds, 10^-weiDecimals.
  private func supply(_ market: MarketParameters) -> Int128 {
    guard case .spot(_, let token) = market.kind else { return 0 }
    return state.supply(ofToken: token)
  }
}
