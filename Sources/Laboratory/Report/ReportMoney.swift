import Agents
import VenueKit

// Who bore the losses, and whether the money adds up.
extension ReportPage {
  var whoPaidSection: String {
    var text = """
      <h2 id="who-paid">Who paid</h2>
      <p>What the venue's own ledger books as losses of liquidated positions, by who bore them, from the first in line to
      the last. Positive is a loss, negative a gain; in USDC.</p>

      """
    for run in venues {
      let losses = run.recorder.lastSummary?.losses ?? []
      text += "<div class=\"who\"><h3>\(ReportText.escape(run.venue.name))</h3>\(stack(losses))</div>"
    }
    return text + lossTable
  }

  /// The losses as one bar; gains are not in it.
  private func stack(_ losses: [LossLine]) -> String {
    let amounts = LossBearer.allCases.map { bearer in
      losses.filter { $0.bearer == bearer }.reduce(Int128(0)) { Money.sum($0, $1.amount) }
    }
    let total = amounts.filter { $0 > 0 }.reduce(Int128(0), Money.sum)
    guard total > 0 else { return "<p class=\"soft\">No losses from liquidations were booked.</p>" }
    let parts = amounts.enumerated().compactMap { index, amount -> String? in
      guard amount > 0 else { return nil }
      let share = Scale.tenths(picture(Money.ratio(amount, total)) * 100)
      let name = ReportText.name(of: LossBearer.allCases[index])
      return
        "<i class=\"bar\(index)\" style=\"width:\(share)%\" title=\"\(name): \(ReportText.money(amount)) USDC\"></i>"
    }
    return "<div class=\"stack\">\(parts.joined())</div>"
  }

  private var lossTable: String {
    let head = venues.map { "<th class=\"n\">\(ReportText.escape($0.venue.name))</th>" }.joined()
    func amounts(_ bearer: LossBearer) -> [Int128] {
      venues.map { run in
        (run.recorder.lastSummary?.losses ?? []).filter { $0.bearer == bearer }.reduce(0) { Money.sum($0, $1.amount) }
      }
    }
    var totals = [Int128](repeating: 0, count: venues.count)
    let rows = LossBearer.allCases.enumerated().map { index, bearer in
      let values = amounts(bearer)
      for place in totals.indices { totals[place] = Money.sum(totals[place], values[place]) }
      let cells = values.map(Self.moneyCell).joined()
      return "<tr><td><span class=\"key bar\(index)\"></span>\(ReportText.name(of: bearer))"
        + "<small class=\"soft\">\(ReportText.explanation(of: bearer))</small></td>\(cells)</tr>"
    }
    return """
      <div class="scroll"><table><thead><tr><th>Bearer</th>\(head)</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      <tr class="sum"><td>Sum</td>\(totals.map(Self.moneyCell).joined())</tr></tbody></table></div>

      """
  }

  static func moneyCell(_ value: Int128) -> String {
    "<td class=\"n\(value < 0 ? " minus" : "")\">\(ReportText.money(value))</td>"
  }

  /// Balances by name, their sum, and deposits less withdrawals beside it.
  var ledgerSection: String {
    var names: [String] = []
    for run in venues {
      for line in run.recorder.lastSummary?.balances ?? [] where !names.contains(line.name) { names.append(line.name) }
    }
    let head = venues.map { "<th class=\"n\">\(ReportText.escape($0.venue.name))</th>" }.joined()
    func cells(_ value: (VenueSummary) -> Int128?) -> String {
      venues.map { run in
        run.recorder.lastSummary.flatMap(value).map(Self.moneyCell) ?? "<td class=\"n soft\">–</td>"
      }.joined()
    }
    let rows = names.map { name in
      let cells = cells { summary in
        let lines = summary.balances.filter { $0.name == name }
        return lines.isEmpty ? nil : lines.reduce(0) { Money.sum($0, $1.amount) }
      }
      return "<tr><td>\(ReportText.escape(name))</td>\(cells)</tr>"
    }
    let checks = venues.map { run in
      let gap = run.recorder.figure(.ledgerGap)
      return "<td class=\"n\">\(Self.badge(gap == 0, gap == 0 ? "0 exactly" : Money.text(gap)))</td>"
    }
    return """
      <h2 id="ledger">Does the money add up?</h2>
      <p>Where all the money on each venue stands at the end, valued at mark, in USDC. The lines add up to what came in
      less what went out, to the last unit that the venue keeps.</p>
      <div class="scroll"><table><thead><tr><th>Balance</th>\(head)</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      <tr class="sum"><td>Sum of the lines</td>\(cells { $0.balances.reduce(0) { Money.sum($0, $1.amount) } })</tr>
      <tr><td>Deposits</td>\(cells { $0.deposits })</tr>
      <tr><td>Withdrawals</td>\(cells { -$0.withdrawals })</tr>
      <tr class="sum"><td>Deposits less withdrawals</td>\(cells { Money.sum($0.deposits, -$0.withdrawals) })</tr>
      <tr><td>Difference</td>\(checks.joined())</tr></tbody></table></div>

      """
  }

  /// What each group of people brought and what is left of it.
  var peopleSection: String {
    guard !scenario.people.isEmpty else { return "" }
    var text = """
      <h2 id="people">Who won and who lost</h2>
      <p>Every group of people at the end: money brought, value left at mark (shares in pools included), and the
      difference. “Ruined” counts those left with less than 1 % of what they brought. In USDC.</p>

      """
    for run in venues {
      let groups = run.recorder.money?.groups ?? []
      let rows = groups.map { group in
        let profit = group.profit
        return """
          <tr><td>\(ReportText.escape(group.group))<small class="soft">\(group.role.rawValue)</small></td>
          <td class="n">\(ReportText.grouped("\(group.people)"))</td>
          <td class="n">\(ReportText.grouped("\(group.ruined)"))</td>\(Self.moneyCell(group.deposits))
          \(Self.moneyCell(group.withdrawals))\(Self.moneyCell(group.left))\(Self.moneyCell(profit))
          <td class="n">\(group.deposits == 0 ? "–" : ReportText.percent(Money.ratio(profit, group.deposits), places: 1))\
          </td></tr>
          """
      }
      let total = run.recorder.money?.peopleResult ?? 0
      text += """
        <h3>\(ReportText.escape(run.venue.name))</h3>
        <div class="scroll"><table><thead><tr><th>Group</th><th class="n">People</th><th class="n">Ruined</th>
        <th class="n">Brought</th><th class="n">Taken out</th><th class="n">Left</th><th class="n">Result</th>
        <th class="n">Return</th></tr></thead><tbody>\(rows.joined(separator: "\n"))
        <tr class="sum"><td colspan="6">All people together (the rest went to fees, pools' own money and residues)</td>
        \(Self.moneyCell(total))<td></td></tr></tbody></table></div>

        """
    }
    return text
  }
}
