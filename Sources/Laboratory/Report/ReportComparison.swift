import Agents
import VenueKit

// The venues beside each other: who gained what others lost, what trading cost, every figure, and what was refused.
extension ReportPage {
  /// A column head for each venue.
  var venueHeads: String {
    venues.map { run in
      "<th class=\"n\">\(ReportText.escape(run.venue.name))<small class=\"soft\">\(ReportText.escape(run.venue.room))"
        + "</small></th>"
    }.joined()
  }

  // MARK: Results

  /// Every result, adding up to nothing.
  var resultSection: String {
    let rows = comparison.rows.filter { $0.part == .results }
    let groups = rows.filter { $0.name.hasPrefix("group/") }
    let purses = rows.filter { $0.name.hasPrefix("purse/") }
    let checks = venues.map { run in
      let gap = run.recorder.figure(.resultGap)
      return "<td class=\"n\">\(Self.badge(gap == 0, gap == 0 ? "0 exactly" : Money.text(gap)))</td>"
    }
    let people = venues.map { Self.moneyCell($0.recorder.money?.peopleResult ?? 0) }.joined()
    return """
      <h2 id="results">Who gained what others lost</h2>
      <p>The result of every group of people (value left at mark, shares in pools and money taken out included, less money
      brought), and what the venue's own purses hold. Read one by one from accounts and ledger, in USDC; gains and losses
      cancel to the last unit.</p>
      <div class="scroll"><table class="sticky"><thead><tr><th>Result</th>\(venueHeads)</tr></thead><tbody>
      <tr class="part"><th colspan="\(venues.count + 1)">People</th></tr>
      \(groups.map(resultRow).joined(separator: "\n"))
      <tr class="sum"><td>All people together</td>\(people)</tr>
      <tr class="part"><th colspan="\(venues.count + 1)">The venue, and who gave it its first money</th></tr>
      \(purses.map(resultRow).joined(separator: "\n"))
      <tr class="sum"><td>Everything together</td>\(checks.joined())</tr></tbody></table></div>

      """
  }

  private func resultRow(_ row: ComparisonTable.Row) -> String {
    let group = scenario.people.first { "group/\($0.name)" == row.name }
    let note = group.map { "<small class=\"soft\">\(ReportText.grouped("\($0.count)")) × \($0.role.rawValue)</small>" }
    let cells = row.values.map { $0.map(Self.moneyCell) ?? Self.emptyCell }.joined()
    return "<tr><td>\(ReportText.escape(row.title))\(note ?? "")</td>\(cells)</tr>"
  }

  static let emptyCell = "<td class=\"n soft\">–</td>"

  // MARK: Cost of trading

  var costSection: String {
    var text = """
      <h2 id="costs">What a trade of 1,000,000 USD costs</h2>
      <p>Price impact (or the walk through the book) against the index, and the fee, of opening a position of that value at
      that moment. Below zero the venue pays for the trade. Where the line is missing, the venue could not fill it whole.</p>

      """
    for (index, market) in scenario.markets.enumerated() {
      let several = scenario.markets.count > 1 ? "\(market.symbol): " : ""
      for (title, isLong) in [("Cost of a long", true), ("Cost of a short", false)] {
        var costs = lines { isLong ? $0.markets[index].cost.long : $0.markets[index].cost.short }
        for place in costs.indices { costs[place].hasGaps = true }
        text += chart("\(several)\(title)", "bp of the value", costs, fromZero: true)
      }
    }
    return text
  }

  // MARK: Figures

  var comparisonSection: String {
    let parts: [(part: ComparisonTable.Part, title: String)] = [
      (.whoPaid, "Losses of liquidated positions, by who bore them"), (.providers, "Providers"),
      (.costs, "What traders paid"), (.events, "What happened"), (.results, "Does it add up?"),
    ]
    let body = parts.map { part, title in
      let rows = ComparisonTable.figures(of: part).map { figure in
        let cells = venues.map { "<td class=\"n\">\(ReportText.figure($0.recorder.figure(figure), figure))</td>" }
        let unit = figure.kind == .money ? " <span class=\"soft\">USDC</span>" : ""
        return "<tr><td>\(figure.sentence)\(unit)</td>\(cells.joined())</tr>"
      }
      return "<tr class=\"part\"><th colspan=\"\(venues.count + 1)\">\(title)</th></tr>\n"
        + rows.joined(separator: "\n")
    }
    return """
      <h2 id="comparison">The venues beside each other</h2>
      <p>The same people with the same draws, the same outside prices, one column for each venue.</p>
      <div class="scroll"><table class="sticky"><thead><tr><th>Figure</th>\(venueHeads)</tr></thead><tbody>
      \(body.joined(separator: "\n"))</tbody></table></div>

      """
  }

  // MARK: Refusals

  /// Kinds of refusals shown for each venue; `comparison.csv` has all.
  private static let refusalLimit = 8

  var refusalSection: String {
    let cards = venues.map { run in
      let tallies = run.recorder.rankedRefusals
      let total = run.recorder.refusalCount
      let transactions = ReportText.grouped("\(run.recorder.transactions)")
      let rows = tallies.prefix(Self.refusalLimit).map { tally in
        "<tr><td><code>\(ReportText.escape(tally.rule))</code></td><td>\(ReportText.escape(tally.name))"
          + "<small class=\"soft\">\(ReportText.escape(tally.text))</small></td>"
          + "<td class=\"n\">\(ReportText.grouped("\(tally.count)"))</td></tr>"
      }
      let others = tallies.dropFirst(Self.refusalLimit)
      let rest =
        others.isEmpty
        ? ""
        : "<tr><td></td><td class=\"soft\">\(others.count) other kinds</td>"
          + "<td class=\"n\">\(ReportText.grouped("\(others.reduce(UInt64(0)) { $0 + $1.count })"))</td></tr>"
      let table =
        tallies.isEmpty
        ? ""
        : "<table><thead><tr><th>Rule</th><th>Refusal, and its first sentence</th><th class=\"n\">Times</th></tr></thead>"
          + "<tbody>\(rows.joined(separator: "\n"))\(rest)</tbody></table>"
      return "<div class=\"card\"><h3>\(ReportText.escape(run.venue.name))</h3><p class=\"soft\">"
        + "\(ReportText.grouped("\(total)")) refused, beside \(transactions) transactions in blocks</p>\(table)</div>"
    }
    return """
      <h2 id="refusals">What was refused, and by which rule</h2>
      <div class="cards">\(cards.joined(separator: "\n"))</div>

      """
  }
}
