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
      sentences.append(
        "On <b class=\"whole\">\(ReportText.escape(run.venue.name))</b> \(ReportText.grouped("\(record.figure(.liquidations))")) "
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

  private var tiles: String {
    func total(_ figure: FigureName) -> Int128 { venues.reduce(0) { Money.sum($0, $1.recorder.figure(figure)) } }
    let gap = total(.ledgerGap)
    let entries = [
      (ReportText.grouped("\(total(.trades))"), "trades"),
      ("\(ReportText.spoken(total(.volume)))", "USDC traded"),
      (ReportText.grouped("\(total(.liquidations))"), "liquidations"),
      (ReportText.grouped("\(total(.deleveragings))"), "auto-deleveragings"),
      (ReportText.spoken(total(.lossLiquidatedTraders)), "USDC lost by liquidated traders"),
      (ReportText.spoken(total(.lossUnpaid)), "USDC unpaid"),
      (ReportText.grouped("\(venues.reduce(0) { $0 + $1.recorder.transactions })"), "transactions in blocks"),
      (gap == 0 ? "exact" : ReportText.money(gap), gap == 0 ? "the ledger adds up" : "USDC missing in the ledger"),
    ]
    let html = entries.map { "<div class=\"tile\"><b>\($0.0)</b><span>\($0.1)</span></div>" }
    return "<div class=\"tiles\">\(html.joined())</div>"
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
    let rows = verdicts.map { verdict in
      let kind = verdict.assertion.metric.kind
      return """
        <tr><td>\(Self.badge(verdict.holds, verdict.holds ? "holds" : "failed"))</td>
        <td>\(verdict.assertion.metric.sentence)</td><td>\(ReportText.escape(verdict.venue))</td>
        <td class="n">\(ReportText.sign(verdict.assertion.comparison)) \
        \(ReportText.figure(verdict.assertion.value, verdict.assertion.metric))</td>
        <td class="n">\(ReportText.figure(verdict.found, verdict.assertion.metric))</td><td>\(kind == .money ? "USDC" : "")</td></tr>
        """
    }
    return text + """
      <h2 id="verdicts">Verdicts</h2>
      <table><thead><tr><th></th><th>Assertion</th><th>Venue</th><th class="n">Wanted</th><th class="n">Found</th>
      <th>Unit</th></tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table>

      """
  }
}
