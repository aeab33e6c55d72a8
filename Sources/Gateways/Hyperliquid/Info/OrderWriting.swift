import Canonical
import Hyperliquid
import VenueKit

extension OrderRow {
  /// `Limit`, `Market`, `Stop Market`, `Stop Limit`, `Take Profit Market`, `Take Profit Limit`.
  var typeName: StaticString {
    guard let trigger else { return timeInForce == .frontendMarket ? "Market" : "Limit" }
    if trigger.isTakeProfit { return trigger.isMarket ? "Take Profit Market" : "Take Profit Limit" }
    return trigger.isMarket ? "Stop Market" : "Stop Limit"
  }

  var timeInForceName: StaticString {
    switch timeInForce {
    case .goodTilCancelled: "Gtc"
    case .immediateOrCancel: "Ioc"
    case .addLiquidityOnly: "Alo"
    case .frontendMarket: "FrontendMarket"
    }
  }

  /// `Price above 10.004`, for a fired one too; `N/A` without a trigger.
  var condition: String {
    guard let trigger else { return "N/A" }
    return
      "Price \(trigger.firesAbove ? "above" : "below") \(ExchangeAnswer.wireText(WireDecimal(clamping: trigger.price)))"
  }
}

extension JSONOutput {
  /// The fields that every reading of an order has.
  mutating func orderCore(_ row: OrderRow) {
    key("coin")
    string(row.coin)
    side(row.isBuy)
    wire("limitPx", row.limitPrice)
    wire("sz", row.size)
    key("oid")
    integer(row.oid)
    key("timestamp")
    integer(row.time)
  }

  /// A row of `openOrders` and of the order stream.
  mutating func basicOrder(_ row: OrderRow) {
    object { output in
      output.orderCore(row)
      output.wire("origSz", row.originalSize)
      if let cloid = row.cloid {
        output.key("cloid")
        output.cloid(cloid)
      }
      if row.reduceOnly {
        output.key("reduceOnly")
        output.flag(true)
      }
    }
  }

  /// A row of `frontendOpenOrders` and of the history.
  mutating func frontendOrder(_ row: OrderRow, children: [OrderRow] = []) {
    object { output in
      output.orderCore(row)
      output.key("triggerCondition")
      output.string(row.condition)
      output.key("isTrigger")
      output.flag(row.trigger != nil)
      output.wire("triggerPx", row.trigger?.price ?? 0)
      output.key("children")
      output.array(of: children) { $0.frontendOrder($1) }
      output.key("isPositionTpsl")
      output.flag(row.trigger?.isPosition ?? false)
      output.key("reduceOnly")
      output.flag(row.reduceOnly)
      output.key("orderType")
      output.string(row.typeName)
      output.wire("origSz", row.originalSize)
      output.key("tif")
      if row.trigger == nil { output.string(row.timeInForceName) } else { output.null() }
      output.key("cloid")
      if let cloid = row.cloid { output.cloid(cloid) } else { output.null() }
    }
  }

  /// `{order, status, statusTimestamp}`
  mutating func orderWithWord(_ row: OrderRow) {
    object { output in
      output.key("order")
      output.frontendOrder(row)
      output.key("status")
      output.string(row.word.rawValue)
      output.key("statusTimestamp")
      output.integer(row.wordTime)
    }
  }

  mutating func orderUpdate(_ row: OrderRow) {
    object { output in
      output.key("order")
      output.basicOrder(row)
      output.key("status")
      output.string(row.word.rawValue)
      output.key("statusTimestamp")
      output.integer(row.wordTime)
    }
  }
}
