import Agents
import VenueKit

/// The one page that tells a run: what happened, who paid, whether the money adds up, and how to see it again. It needs no
/// network and no script.
struct ReportPage {
  let scenario: Scenario
  let identity: String
  let venues: [VenueRun]
  let comparison: ComparisonTable
  let verdicts: [Verdict]
  let broken: BrokenInvariant?
  let difference: String?

  init(_ runner: Runner, verdicts: [Verdict]) {
    scenario = runner.loaded.scenario
    identity = runner.identity
    venues = runner.venues
    comparison = ComparisonTable(runner.venues)
    self.verdicts = verdicts
    broken = runner.broken
    difference = runner.difference
  }

  var html: String {
    let title = ReportText.escape(scenario.title)
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <title>\(title)</title>
      <style>
      \(ReportStyle.css)
      </style></head><body>
      <header><h1>\(title) \(badge)</h1>
      <p class="soft">\(subtitle)</p>
      <p class="lead">\(lead)</p>
      \(tiles)
      <nav><a href="#who-paid">Who paid</a><a href="#results">Results</a><a href="#costs">Cost to trade</a><a
      href="#comparison">Comparison</a><a href="#refusals">Refusals</a><a href="#ledger">Ledger</a><a
      href="#people">People</a><a href="#market">Market</a><a href="#setting">What was run</a><a
      href="#replay">Replay</a></nav></header>
      \(verdictSection)\(whoPaidSection)\(resultSection)\(costSection)\(comparisonSection)\(refusalSection)
      \(ledgerSection)\(peopleSection)\(marketSection)\(settingSection)\(replaySection)
      </body></html>

      """
  }

  // MARK: Head

  private var badge: String {
    if broken != nil { return Self.badge(false, "an invariant broke") }
    if difference != nil { return Self.badge(false, "differs from its log") }
    if verdicts.isEmpty { return "" }
    let failed = verdicts.filter { !$0.holds }.count
    return failed == 0
      ? Self.badge(true, "all \(verdicts.count) assertions hold")
      : Self.badge(false, "\(failed) of \(verdicts.count) assertions failed")
  }

  static func badge(_ isGood: Bool, _ text: String) -> String {
    "<span class=\"badge \(isGood ? "good" : "bad")\">\(ReportText.escape(text))</span>"
  }

  private var subtitle: String {
    let people = scenario.people.reduce(0) { $0 + $1.count }
    let clock = scenario.clock
    let names = venues.map { run in
      "<span class=\"whole\">\(ReportText.escape(run.venue.name)) (\(ReportText.escape(run.venue.room)))</span>"
    }.joined(separator: ", ")
    return "\(ReportText.span(clock.start, clock.end)) · \(ReportText.duration(clock.duration)) · "
      + "\(ReportText.grouped("\(people)")) people · \(names) · seed \(scenario.seed)"
  }

  /// What happened, in a few sentences.
  private var lead: String {
    var sentences: [String] = []
    for (index, market) in scenario.markets.enumerated() {
      guard let points = venues.first?.recorder.markets[index].path.points, let first = points.first,
        let last = points.last
      else { continue }
      let low = points.map(\.low).min() ?? first.low
      let high = points.map(\.high).max() ?? first.high
      sentences.append(
        "\(ReportText.escape(market.symbol)) went from \(Self.price(first.last)) to \(Self.price(last.last)) USDC "
          + "(\(Self.change(first.last, last.last))), between \(Self.price(low)) and \(Self.price(high)).")
    }
    for run in venues {
      let record = run.recorder
      let unpaid = record.figure(.lossUnpaid)
      let count = record.figure(.liquidations)
      let name = "On <b class=\"whole\">\(ReportText.escape(run.venue.name))</b>"
      guard count > 0 else {
        sentences.append("\(name) nobody was liquidated.")
        continue
      }
      sentences.append(
        "\(name) \(ReportText.grouped("\(count)")) "
          + "liquidations took positions worth \(ReportText.spoken(record.liquidationValue)) USDC; liquidated traders lost "
          + "\(ReportText.spoken(record.figure(.lossLiquidatedTraders))), \(poolSentence(record)), and "
          + (unpaid == 0 ? "nothing stayed unpaid." : "\(ReportText.spoken(unpaid)) stayed unpaid."))
    }
    return sentences.joined(separator: " ")
  }

  private func poolSentence(_ record: VenueRecorder) -> String {
    let value = record.figure(.lossLiquidityProviders)
    if value == 0 { return "the providers' pool took no loss from them" }
    return value > 0
      ? "the providers' pool lost \(ReportText.spoken(value)) on what it took over"
      : "the providers' pool gained \(ReportText.spoken(-value)) on what it took over"
  }

  private static func price(_ value: Double) -> String {
    ReportText.decimal(Int128(value * 100) * (CommonScale.one / 100), places: value < 100 ? 2 : 0)
  }

  private static func change(_ first: Double, _ last: Double) -> String {
    guard first > 0 else { return "" }
    let ratio = Int128(((last / first - 1) * 1e6).rounded()) * 1_000_000
    return (ratio > 0 ? "+" : "") + ReportText.percent(ratio, places: 1)
  }

  /// The figures that matter first; with several venues each tile has a line for each.
  private var tiles: String {
    func tile(_ title: String, _ text: (VenueRecorder) -> String) -> String {
      let lines = venues.map { run in
        venues.count == 1
          ? "<b>\(text(run.recorder))</b>"
          : "<b><i>\(ReportText.escape(run.venue.name))</i> \(text(run.recorder))</b>"
      }
      return "<div class=\"tile\(venues.count > 1 ? " many" : "")\">\(lines.joined())<span>\(title)</span></div>"
    }
    func count(_ figure: FigureName) -> (VenueRecorder) -> String {
      { ReportText.grouped("\($0.figure(figure))") }
    }
    func money(_ figure: FigureName) -> (VenueRecorder) -> String { { ReportText.spoken($0.figure(figure)) } }
    let tiles = [
      tile("USDC traded", money(.volume)), tile("liquidations", count(.liquidations)),
      tile("auto-deleveragings", count(.deleveragings)),
      tile("USDC lost by liquidated traders", money(.lossLiquidatedTraders)),
      tile("return of the providers' pool") { ReportText.percent($0.figure(.poolReturn)) },
      tile("mean cost of a 1,000,000 USD trade") { ReportText.figure($0.figure(.tradeCostMean), .tradeCostMean) },
      tile("USDC unpaid", money(.lossUnpaid)),
      tile("missing in the ledger, in USDC") { record in
        let gap = record.figure(.ledgerGap)
        return gap == 0 ? "nothing" : ReportText.money(gap)
      },
    ]
    return "<div class=\"tiles\">\(tiles.joined())</div>"
  }

  // MARK: Verdicts

  private var verdictSection: String {
    var text = ""
    if let broken {
      text +=
        "<h2>A broken invariant</h2><p>\(Self.badge(false, broken.violation.invariant)) on "
        + "\(ReportText.escape(broken.venue)), block \(broken.height), \(ReportText.escape(broken.violation.site)): "
        + "\(ReportText.escape(broken.violation.detail)). The run stopped there; the figures below are of that block.</p>"
    }
    guard !verdicts.isEmpty else { return text }
    let heads = venues.map { "<th class=\"n\">\(ReportText.escape($0.venue.name))</th>" }.joined()
    return text + """
      <h2 id="verdicts">Verdicts</h2>
      <div class="scroll"><table class="sticky"><thead><tr><th>Assertion</th><th class="n">Wanted</th>\(heads)</tr></thead>
      <tbody>\(scenario.assertions.map(verdictRow).joined(separator: "\n"))</tbody></table></div>

      """
  }

  /// One assertion, and how it came out on each venue that it speaks of.
  private func verdictRow(_ assertion: Assertion) -> String {
    let metric = assertion.metric
    let cells = venues.map { run in
      let found = verdicts.first { $0.venue == run.venue.name && $0.assertion == assertion }
      guard let found else { return Self.emptyCell }
      let text = ReportText.figure(found.found, metric)
      return
        "<td class=\"n\"><span class=\"badge \(found.holds ? "good" : "bad")\" title=\"\(found.holds ? "holds" : "failed")\">"
        + "\(found.holds ? "✓" : "✗") \(text)</span></td>"
    }
    let unit = metric.kind == .money ? " <span class=\"soft\">USDC</span>" : ""
    return "<tr><td>\(metric.sentence)\(unit)</td><td class=\"n\">\(ReportText.sign(assertion.comparison)) "
      + "\(ReportText.figure(assertion.value, metric))</td>\(cells.joined())</tr>"
  }
}
