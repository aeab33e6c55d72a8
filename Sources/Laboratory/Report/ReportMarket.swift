import Agents
import VenueKit

// Pictures of the market.
extension ReportPage {
  private var start: Int64 { scenario.clock.start }
  private var end: Int64 { scenario.clock.end }
  private var shockTimes: [Int64] { scenario.shocks.map { start + $0.at } }

  var marketSection: String {
    var text = "<h2 id=\"market\">The market</h2>\n"
    if !shockTimes.isEmpty { text += "<p class=\"soft\">Dotted red lines mark the scenario's shocks.</p>\n" }
    for (index, market) in scenario.markets.enumerated() {
      let several = scenario.markets.count > 1 ? "\(market.symbol): " : ""
      var prices = lines { $0.markets[index].mark }
      if let first = venues.first {
        let path = LineChart.Line(
          name: "outside price", style: "path", points: first.recorder.markets[index].path.points)
        prices.insert(path, at: 0)
      }
      for place in 1..<max(1, prices.count) { prices[place].name = "mark, \(prices[place].name)" }
      text += chart("\(several)Outside price and mark", "USDC", prices)
      text += chart("\(several)Mark less index", "bp of the index", lines { $0.markets[index].gap })
      text += chart(
        "\(several)Open interest", "USDC at mark", lines { $0.markets[index].openInterest }, fromZero: true)
      text += chart("\(several)Funding rate, an hour", "bp, positive: longs pay", lines { $0.markets[index].funding })
      text += chart(
        "\(several)Depth within 50 bp of mid, thinner side", "USDC", lines { $0.markets[index].depth }, fromZero: true)
    }
    text += columns("Positions liquidated, by time", "USDC", { $0.liquidatedValue })
    if venues.contains(where: { $0.recorder.deleveragings > 0 }) {
      text += columns("Positions deleveraged (ADL), by time", "USDC", { $0.deleveragedValue })
    }
    text += chart("Value of the providers' pool", "USDC", lines { $0.poolValue })
    text += chart("Return of the providers' pool", "% of a share's first price", lines { $0.poolReturn })
    let insured = venues.contains { run in run.recorder.insurance.points.contains { $0.high != 0 || $0.low != 0 } }
    if insured { text += chart("Insurance fund", "USDC", lines { $0.insurance }, fromZero: true) }
    return text
  }

  func lines(_ series: (VenueRecorder) -> Series) -> [LineChart.Line] {
    venues.enumerated().map { index, run in
      LineChart.Line(name: run.venue.name, style: "c\(index % 6)", points: series(run.recorder).points)
    }
  }

  func chart(_ title: String, _ unit: String, _ lines: [LineChart.Line], fromZero: Bool = false) -> String {
    guard lines.contains(where: { $0.points.count > 1 }) else { return "" }
    return LineChart(
      title: title, unit: unit, lines: lines, start: start, end: end, fromZero: fromZero, marks: shockTimes
    ).html
  }

  private func columns(_ title: String, _ unit: String, _ histogram: (VenueRecorder) -> Histogram) -> String {
    ColumnChart(
      title: title, unit: unit,
      columns: venues.enumerated().map { index, run in
        ColumnChart.Columns(name: run.venue.name, style: index % 6, histogram: histogram(run.recorder))
      }, start: start, end: end
    ).html
  }
}
