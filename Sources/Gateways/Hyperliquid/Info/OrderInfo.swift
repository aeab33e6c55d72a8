import Canonical
import Hyperliquid
import VenueKit

// Orders, open and past.
extension InfoService {
  func orderAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "openOrders":
      return forUser(request) { user in
        forDex(request) { dex in json { $0.array(of: openRows(user, dex)) { $0.basicOrder($1) } } }
      }
    case "frontendOpenOrders":
      return forUser(request) { user in forDex(request) { dex in json { writeFrontendOrders(&$0, user, dex) } } }
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
  func openRows(_ user: Address, _ dex: UInt32 = 0) -> [OrderRow] {
    let open = state.openOrders(user, dex: dex).reversed()
    let known = store.history { history in open.map { history.order($0.oid) } }
    return zip(open, known).map { view, row in
      guard var row else { return OrderRow(view, user) }
      // The state says what is left; the row may be of a later block.
      row.size = Int128(view.size)
      row.originalSize = max(row.originalSize, row.size)
      return row
    }
  }

  func writeFrontendOrders(_ output: inout JSONOutput, _ user: Address, _ dex: UInt32 = 0) {
    let rows = openRows(user, dex)
    output.array(of: rows) { output, row in
      output.frontendOrder(row, children: rows.filter { row.children.contains($0.oid) })
    }
  }

  /// Orders by their last change, the newest first, each once; of one time those that are open stand first.
  private func pastRows(_ user: Address) -> [OrderRow] {
    let limit = 2_000
    var open: [OrderRow] = []
    for dex in 0...UInt32(parameters.dexs.count) { open += openRows(user, dex) }
    open.sort { ($0.wordTime, $0.oid) > ($1.wordTime, $1.oid) }
    let known = Set(open.map(\.oid))
    var rows: [OrderRow] = []
    var next = 0
    for row in store.closedOrders(of: user, limit: limit).reversed() where !known.contains(row.oid) {
      while next < open.count, open[next].wordTime >= row.wordTime {
        rows.append(open[next])
        next += 1
      }
      rows.append(row)
    }
    return Array((rows + open[next...]).prefix(limit))
  }

  private func orderStatusAnswer(_ request: InfoRequest) -> InfoAnswer {
    guard let user = request.user, let reference = request["oid"] else { return .unreadable }
    var row: OrderRow?
    if let oid = reference.uint64 {
      row = store.order(oid) ?? openRow(oid, user)
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
    for dex in 0...UInt32(parameters.dexs.count) {
      if let oid = state.oid(of: cloid, user, dex: dex) {
        return store.order(oid) ?? openRow(oid, user)
      }
    }
    return store.closedOrder(cloid, of: user)
  }
}

extension InfoService {
  /// An open order that the history does not know, if it is the user's.
  private func openRow(_ oid: UInt64, _ user: Address) -> OrderRow? {
    for dex in 0...UInt32(parameters.dexs.count) {
      if let view = state.openOrders(user, dex: dex).first(where: { $0.oid == oid }) { return OrderRow(view, user) }
    }
    return nil
  }
}

extension OrderRow {
  /// From the state alone.
  init(_ view: OpenOrderView, _ user: Address) {
    self.init(
      oid: view.oid, user: user, coin: view.market.symbol, isBuy: view.isBuy, limitPrice: Int128(view.price),
      size: Int128(view.size), originalSize: Int128(view.originalSize), reduceOnly: view.reduceOnly,
      timeInForce: view.timeInForce ?? .goodTilCancelled,
      trigger: view.trigger.map {
        Trigger(
          price: Int128($0.price), isMarket: $0.isMarket, isTakeProfit: $0.isTakeProfit, firesAbove: $0.firesAbove,
          isPosition: $0.isPosition)
      }, cloid: view.cloid, time: view.time, wordTime: view.time)
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
