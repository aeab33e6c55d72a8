import Canonical
import Hyperliquid
import VenueKit

// Orders, open and past.
extension InfoService {
  func orderAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "openOrders":
      return forUser(request) { user in
        json { $0.array(of: openRows(user)) { $0.basicOrder($1) } }
      }
    case "frontendOpenOrders":
      return forUser(request) { user in json { writeFrontendOrders(&$0, user) } }
    case "orderStatus": return orderStatusAnswer(request)
    case "historicalOrders":
      return forUser(request) { user in
        let rows = pastRows(user)
        return json { $0.array(of: rows) { $0.orderWithWord($1) } }
      }
    default: return nil
    }
  }

  /// What rests and what waits, the newest first.
  func openRows(_ user: Address) -> [OrderRow] {
    let open = state.openOrderNumbers(user)
    let numbers = (open.orders + open.triggers).sorted(by: >)
    let known = store.history { history in numbers.map { history.order($0) } }
    return zip(numbers, known).compactMap { number, row in
      var row = row ?? self.row(number, user)
      if let record = state.orders[number], let market = marketOf(record.asset) {
        // The state says what is left; the row may be of a later block.
        row?.size = market.wireFigure(size: Int128(record.size))
      }
      return row
    }
  }

  private func marketOf(_ asset: AssetID) -> MarketParameters? { parameters.markets.first { $0.asset == asset } }

  /// A row from the state alone.
  private func row(_ oid: UInt64, _ user: Address) -> OrderRow? {
    if let record = state.orders[oid], let market = marketOf(record.asset) {
      return OrderRow(
        oid: oid, user: user, coin: market.symbol, isBuy: record.isBuy,
        limitPrice: market.wireFigure(price: record.price), size: market.wireFigure(size: Int128(record.size)),
        originalSize: market.wireFigure(size: Int128(record.originalSize)), reduceOnly: record.reduceOnly,
        timeInForce: record.timeInForce, cloid: record.cloid, time: record.time, wordTime: record.time)
    }
    guard let record = state.triggers[oid], let market = marketOf(record.asset) else { return nil }
    let size = market.wireFigure(size: Int128(record.size))
    return OrderRow(
      oid: oid, user: user, coin: market.symbol, isBuy: record.isBuy,
      limitPrice: market.wireFigure(price: record.limitPrice), size: size, originalSize: size, reduceOnly: true,
      timeInForce: .goodTilCancelled,
      trigger: OrderRow.Trigger(
        price: market.wireFigure(price: record.triggerPrice), isMarket: record.isMarket,
        isTakeProfit: record.isTakeProfit, firesAbove: record.firesAbove, isPosition: record.size == 0),
      cloid: record.cloid, time: record.time, wordTime: record.time)
  }

  func writeFrontendOrders(_ output: inout JSONOutput, _ user: Address) {
    let rows = openRows(user)
    output.array(of: rows) { output, row in
      output.frontendOrder(row, children: rows.filter { row.children.contains($0.oid) })
    }
  }

  /// Orders by their last change, the newest first, each once.
  private func pastRows(_ user: Address) -> [OrderRow] {
    let limit = 2_000
    return store.history { history in
      guard let numbers = history.users[user]?.orders.rows else { return [] }
      var seen: Set<UInt64> = []
      var rows: [OrderRow] = []
      for number in numbers.reversed() where seen.insert(number).inserted {
        if let row = history.order(number) { rows.append(row) }
        if rows.count == limit { break }
      }
      return rows
    }
  }

  private func orderStatusAnswer(_ request: InfoRequest) -> InfoAnswer {
    guard let user = request.user, let reference = request["oid"] else { return .unreadable }
    var row: OrderRow?
    if let oid = reference.uint64 {
      row = store.history { $0.order(oid) } ?? self.row(oid, user)
    } else if let cloid = reference.string.flatMap({ ClientOrderID(hex: $0) }) {
      row = rowOf(cloid, user)
    } else {
      return .unreadable
    }
    guard let row, row.user == user else {
      return json { output in
        output.object { output in
          output.key("status")
          output.string("unknownOid")
        }
      }
    }
    return json { output in
      output.object { output in
        output.key("status")
        output.string("order")
        output.key("order")
        output.orderWithWord(row)
      }
    }
  }

  /// The open order with that client id, otherwise the last one that had it.
  private func rowOf(_ cloid: ClientOrderID, _ user: Address) -> OrderRow? {
    if let oid = state.orderNumber(cloid, of: user) { return store.history { $0.order(oid) } ?? row(oid, user) }
    return pastRows(user).first { $0.cloid == cloid }
  }
}

extension ClientOrderID {
  /// `0x` and 32 hexadecimal digits.
  init?(hex text: String) {
    guard text.utf8.count == 34, let bytes = try? Hex.decode(text, count: 16) else { return nil }
    self.init(
      high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }, low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
  }
}
