import Agents
import VenueKit

// What was run, and how to see it again.
extension ReportPage {
  var settingSection: String {
    """
    <h2 id="setting">What was run</h2>
    <h3>Venues</h3>
    <div class="scroll"><table><thead><tr><th>Venue</th><th>Room</th><th>Genesis</th><th>Changed</th><th class="n">Block</th>
    <th class="n">Blocks</th><th class="n">Transactions</th></tr></thead><tbody>\(venueRows)</tbody></table></div>
    <h3>Outside prices</h3>
    <div class="scroll"><table><thead><tr><th>Market</th><th>Path</th><th>Oracle</th></tr></thead><tbody>\(marketRows)
    </tbody></table></div>
    \(peopleTable)\(shockTable)
    """
  }

  private var venueRows: String {
    venues.map { run in
      let changes = run.venue.overrides.map {
        "<code>\(ReportText.escape($0.path))</code> = \(ReportText.escape($0.value))"
      }
      return """
        <tr><td>\(ReportText.escape(run.venue.name))</td><td>\(ReportText.escape(run.venue.room))</td>
        <td>\(ReportText.escape(run.venue.preset ?? "the room's own"))</td>
        <td>\(changes.isEmpty ? "nothing" : changes.joined(separator: "<br>"))</td>
        <td class="n">\(ReportText.duration(run.venue.block))</td>
        <td class="n">\(ReportText.grouped("\(run.recorder.blocks)"))</td>
        <td class="n">\(ReportText.grouped("\(run.recorder.transactions)"))</td></tr>
        """
    }.joined(separator: "\n")
  }

  private var marketRows: String {
    scenario.markets.map { market in
      let path: String
      switch market.path {
      case .csv(let file, _, _, let column, let volatility):
        path =
          "column <code>\(ReportText.escape(column))</code> of <code>\(ReportText.escape(file))</code>, and between its "
          + "prices a Brownian bridge of \(ReportText.percent(volatility, places: 0)) a year"
      case .gbm(let price, _, let volatility):
        path = "GBM from \(ReportText.money(price)) USDC, \(ReportText.percent(volatility, places: 0)) a year"
      case .jumps(let price, _, let volatility, let rate, _, let deviation):
        path =
          "GBM from \(ReportText.money(price)) USDC, \(ReportText.percent(volatility, places: 0)) a year, with "
          + "\(ReportText.decimal(rate, places: 1)) jumps an hour of \(ReportText.percent(deviation, places: 1))"
      }
      let oracle = market.oracle
      return "<tr><td>\(ReportText.escape(market.symbol))</td><td>\(path)</td><td>every "
        + "\(ReportText.duration(oracle.every)), \(ReportText.duration(oracle.delay)) late, noise "
        + "\(ReportText.decimal(oracle.noise * 10_000, places: 2)) bp</td></tr>"
    }.joined(separator: "\n")
  }

  private var peopleTable: String {
    guard !scenario.people.isEmpty else { return "" }
    let rows = scenario.people.map { group in
      "<tr><td>\(ReportText.escape(group.name))</td><td class=\"n\">\(ReportText.grouped("\(group.count)"))</td>"
        + "<td>\(ReportText.escape(group.market))</td><td>\(group.role.sentence)</td></tr>"
    }
    return """
      <h3>People</h3>
      <div class="scroll"><table><thead><tr><th>Group</th><th class="n">People</th><th>Market</th><th>What they do</th></tr>
      </thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>

      """
  }

  private var shockTable: String {
    guard !scenario.shocks.isEmpty else { return "" }
    let rows = scenario.shocks.map { shock in
      let text: String
      switch shock {
      case .move(_, let market, let move, let over):
        text =
          "\(ReportText.escape(market)) moves by \(ReportText.percent(move)) "
          + (over == 0 ? "at once" : "over \(ReportText.duration(over))")
      case .withdraw(_, let group, let length):
        text = "\(ReportText.escape(group)) stay away for \(ReportText.duration(length))"
      case .silence(_, let market, let length):
        text = "the oracle of \(ReportText.escape(market)) is silent for \(ReportText.duration(length))"
      }
      return "<tr><td class=\"n\">\(ReportText.moment(scenario.clock.start + shock.at))</td><td>\(text)</td></tr>"
    }
    return """
      <h3>Shocks</h3>
      <div class="scroll"><table><thead><tr><th class="n">When</th><th>What</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>

      """
  }

  var replaySection: String {
    let roots = venues.map { run in
      "<tr><td>\(ReportText.escape(run.venue.name))</td><td class=\"n\">\(ReportText.grouped("\(run.recorder.blocks)"))</td>"
        + "<td><code>\(run.recorder.lastRoot.hex)</code></td></tr>"
    }
    return """
      <h2 id="replay">See it again</h2>
      <p>The run's folder holds everything it needs. The same identity gives the same bytes in every file but
      <code>timing.json</code>, on any machine.</p>
      <pre>perp run scenario.yaml --out AGAIN      # the same run anew, from this folder
      perp run scenario.yaml --out AGAIN --signed   # every action signed and verified: same roots
      perp replay .                           # execute the logged blocks again and compare every root
      perp state prove . --venue V --height H --kind account --argument 0x...   # prove a record</pre>
      <div class="scroll"><table><thead><tr><th>Venue</th><th class="n">Height</th><th>Last state root</th></tr></thead>
      <tbody>\(roots.joined(separator: "\n"))</tbody></table></div>
      <p><small>Identity <code>\(identity)</code></small></p>

      """
  }
}
