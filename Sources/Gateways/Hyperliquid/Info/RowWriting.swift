import Canonical
import Hyperliquid
import VenueKit

// Rows as reads and streams show them.
extension JSONOutput {
  mutating func wire(_ name: StaticString, _ figure: Int128) {
    key(name)
    decimal(figure, scale: 8)
  }

  mutating func usd(_ name: StaticString, _ amount: Money) {
    key(name)
    decimal(amount, scale: 6)
  }

  mutating func side(_ isBuy: Bool) {
    key("side")
    string(isBuy ? "B" : "A")
  }

  mutating func level(_ group: BookGroup) {
    object { output in
      output.wire("px", group.price)
      output.wire("sz", group.size)
      output.key("n")
      output.integer(group.orders)
    }
  }

  mutating func trade(_ row: TradeRow) {
    object { output in
      output.key("coin")
      output.string(row.coin)
      output.side(row.takerIsBuyer)
      output.wire("px", row.price)
      output.wire("sz", row.size)
      output.key("time")
      output.integer(row.time)
      output.key("hash")
      output.hash(row.hash)
      output.key("tid")
      output.integer(row.tid)
      output.key("users")
      output.array { output in
        output.address(row.buyer)
        output.address(row.seller)
      }
    }
  }

  mutating func candle(_ row: Candle, _ coin: Coin, _ interval: CandleInterval) {
    object { output in
      output.key("t")
      output.integer(row.start)
      output.key("T")
      output.integer(interval.end(of: row.start) - 1)
      output.key("s")
      output.string(coin)
      output.key("i")
      output.string(interval.rawValue)
      output.wire("o", row.open)
      output.wire("c", row.close)
      output.wire("h", row.high)
      output.wire("l", row.low)
      output.wire("v", row.volume)
      output.key("n")
      output.integer(row.trades)
    }
  }

  mutating func fill(_ row: FillRow) {
    object { output in
      output.key("coin")
      output.string(row.coin)
      output.wire("px", row.price)
      output.wire("sz", row.size)
      output.side(row.isBuy)
      output.key("time")
      output.integer(row.time)
      output.wire("startPosition", row.startPosition)
      output.key("dir")
      output.string(row.direction)
      output.usd("closedPnl", row.closedProfit)
      output.key("hash")
      output.hash(row.hash)
      output.key("oid")
      output.integer(row.oid)
      output.key("crossed")
      output.flag(row.crossed)
      output.key("fee")
      output.decimal(row.fee, scale: row.feeScale)
      output.key("tid")
      output.integer(row.tid)
      if let cloid = row.cloid {
        output.key("cloid")
        output.cloid(cloid)
      }
      if let liquidation = row.liquidation {
        output.key("liquidation")
        output.object { output in
          output.key("liquidatedUser")
          output.address(liquidation.user)
          output.wire("markPx", liquidation.mark)
          output.key("method")
          output.string(liquidation.method)
        }
      }
      if let fee = row.builderFee { output.usd("builderFee", fee) }
      output.key("feeToken")
      output.string(row.feeToken)
      output.key("twapId")
      if let twap = row.twapID { output.integer(twap) } else { output.null() }
    }
  }

  /// A fill of a TWAP with its number.
  mutating func slice(_ row: FillRow) {
    object { output in
      output.key("fill")
      output.fill(row)
      output.key("twapId")
      output.integer(row.twapID ?? 0)
    }
  }

  mutating func funding(_ row: FundingRow) {
    object { output in
      output.key("time")
      output.integer(row.time)
      output.key("hash")
      output.hash(.zero)
      output.key("delta")
      output.object { output in
        output.key("type")
        output.string("funding")
        output.fundingFields(row)
      }
    }
  }

  mutating func fundingFields(_ row: FundingRow) {
    key("coin")
    string(row.coin)
    usd("usdc", row.usdc)
    wire("szi", row.size)
    key("fundingRate")
    decimal(row.rate, scale: 12, places: 10)
    key("nSamples")
    null()
  }

  mutating func ledger(_ row: LedgerRow) {
    object { output in
      output.key("time")
      output.integer(row.time)
      output.key("hash")
      output.hash(row.hash)
      output.key("delta")
      output.raw(row.delta)
    }
  }
}
