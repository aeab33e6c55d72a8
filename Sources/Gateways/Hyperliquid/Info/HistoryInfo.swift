import Canonical
import Hyperliquid
import VenueKit

// What happened to a user.
extension InfoService {
  static let fillLimit = 2_000
  static let rowLimit = 500

  func historyAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    guard request.hasReadableTimes else { return .unreadable }
    switch type {
    case "userFills":
      return forUser(request) { user in
        let rows = store.fills(of: user, limit: Self.fillLimit).reversed()
        return json { $0.array(of: shown(Array(rows), request)) { $0.fill($1) } }
      }
    case "userFillsByTime":
      guard let start = request.startTime else { return .unreadable }
      return forUser(request) { user in
        let span = TimeSpan(first: start, last: request.endTime ?? .max)
        let rows = store.fills(of: user, in: span, limit: Self.fillLimit).reversed()
        return json { $0.array(of: shown(Array(rows), request)) { $0.fill($1) } }
      }
    case "userFunding":
      return forUser(request) { user in
        let rows = store.fundings(of: user, in: request.span, limit: Self.rowLimit)
        return json { $0.array(of: rows) { $0.funding($1) } }
      }
    case "userNonFundingLedgerUpdates":
      return forUser(request) { user in
        let rows = store.ledger(of: user, in: request.span, limit: Self.rowLimit)
        return json { $0.array(of: rows) { $0.ledger($1) } }
      }
    case "userTwapSliceFills", "userTwapSliceFillsByTime":
      return forUser(request) { user in
        let rows = store.fills(of: user, ofTwapsOnly: true, limit: Self.fillLimit).reversed()
        return json { $0.array(of: rows) { $0.slice($1) } }
      }
    default: return nil
    }
  }

  /// With `aggregateByTime`, fills of one order at one time and price-side become one row: sizes, fees and profits are
  /// added, the price is their mean, nearest.
  private func shown(_ rows: [FillRow], _ request: InfoRequest) -> [FillRow] {
    guard request["aggregateByTime"]?.bool == true else { return rows }
    return Self.aggregated(rows)
  }

  static func aggregated(_ rows: [FillRow]) -> [FillRow] {
    var merged: [FillRow] = []
    for row in rows {
      guard var last = merged.last, last.oid == row.oid, last.time == row.time, last.crossed, row.crossed,
        last.coin == row.coin, last.isBuy == row.isBuy
      else {
        merged.append(row)
        continue
      }
      let size = last.size + row.size
      last.price = (last.price * last.size + row.price * row.size + size / 2) / size
      last.size = size
      last.fee += row.fee
      last.closedProfit += row.closedProfit
      // Newest first: the row that stands behind is the earlier one.
      last.startPosition = row.startPosition
      merged[merged.count - 1] = last
    }
    return merged
  }
}
