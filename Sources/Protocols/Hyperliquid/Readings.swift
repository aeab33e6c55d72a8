import Canonical
import Matching
import Quantities
import StateStore

/// A market's changing figures as gateways show them; prices in ticks.
public struct MarketReading: Sendable, Equatable {
  /// For spot the mid, or the last trade, or the price at genesis.
  public var mark: Ticks
  public var oracle: Ticks
  public var bid: BookLevel?
  public var ask: BookLevel?
  public var lastTrade: Ticks?
  /// Lots of all longs.
  public var openInterest: Int128
  public var impactBid: Ticks?
  public var impactAsk: Ticks?
  /// Mean premium of the samples since the last payment, or of that payment, and the rate that it gives; fractions of
  /// 10^-12.
  public var premium: Int128
  public var rate: Int128
}

extension HyperliquidState {
  public func marketReading(_ market: MarketParameters) -> MarketReading {
    let asset = market.asset
    let index = Int(asset)
    let book = derived.books[index]
    let funding = fundings[asset] ?? FundingRecord()
    var premium = funding.premium
    var rate = funding.rate
    if let samples = premiums[asset], samples.samples > 0 {
      let predicted = predictedFunding(market)
      premium = predicted.premium
      rate = predicted.rate
    }
    var mark = derived.marks[index]
    if market.isSpot {
      let reference = referencePrice(market)
      mark = reference > 0 ? reference : market.oraclePrice
    }
    return MarketReading(
      mark: mark, oracle: derived.oracles[index], bid: book.bestBid, ask: book.bestAsk,
      lastTrade: lastTrades[asset].map { Ticks($0.value) }, openInterest: derived.openInterest[index],
      impactBid: market.isSpot ? nil : Self.impactPrice(book, .bid, market.impactNotional),
      impactAsk: market.isSpot ? nil : Self.impactPrice(book, .ask, market.impactNotional), premium: premium,
      rate: rate)
  }

  /// Walks the levels of a side from the best; the body says whether to go on.
  public func walkBook(_ market: MarketParameters, isBids: Bool, _ body: (BookLevel) -> Bool) {
    derived.books[Int(market.asset)].walk(isBids ? .bid : .ask, body)
  }

  /// What an address has of a token, held for orders or not; 10^-weiDecimals.
  public func spotTotal(_ address: Address, _ token: UInt32) -> Int128 {
    spotFree(address, token) + spotHeld(address, token)
  }
}

/// Figures of a market as they travel: wire decimals of 10^-8.
extension MarketParameters {
  public func wireFigure(price: Ticks) -> Int128 { Int128(price) * Int128(tickWire) }
  public func wireFigure(size: Int128) -> Int128 { size * Int128(lotWire) }
}

extension HyperliquidState {
  /// All of a token that was issued, 10^-weiDecimals.
  public func supply(ofToken token: UInt32) -> Int128 { ledger.issued(Self.asset(ofToken: token)) }
}
