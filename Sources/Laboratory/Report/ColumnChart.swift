/// A picture of amounts in equal parts of time, a column for each venue beside the others, as inline SVG.
struct ColumnChart {
  struct Columns {
    var name: String
    /// 0 to 5: which venue's colour.
    var style: Int
    var histogram: Histogram
  }

  var title: String
  var unit: String
  var columns: [Columns]
  var start: Int64
  var end: Int64
  /// Parts of the histogram that melt into one column.
  static let merge = 2

  var html: String {
    let merged = columns.map { Self.merged($0.histogram.values) }
    let scale = Scale(low: 0, high: merged.flatMap { $0 }.max() ?? 0, fromZero: true)
    var parts: [String] = []
    for tick in scale.ticks {
      let y = Scale.tenths(y(tick, scale))
      parts.append(#"<line class="grid" x1="74" x2="908" y1="\#(y)" y2="\#(y)"/>"#)
      parts.append(
        #"<text x="66" y="\#(Scale.tenths(self.y(tick, scale) + 4))" text-anchor="end">\#(scale.label(tick))</text>"#)
    }
    for tick in TimeTicks.between(start, end) {
      let x = Scale.tenths(74 + 834 * Double(tick.time - start) / Double(max(1, end - start)))
      parts.append(#"<line class="axis" x1="\#(x)" x2="\#(x)" y1="226" y2="230"/>"#)
      parts.append(#"<text x="\#(x)" y="245" text-anchor="middle">\#(tick.label)</text>"#)
    }
    for (place, values) in merged.enumerated() { parts += bars(values, place: place, scale: scale) }
    return LineChart.frame(title: title, unit: unit, legend: legend, body: parts.joined(separator: "\n"))
  }

  private static func merged(_ values: [Double]) -> [Double] {
    stride(from: 0, to: values.count, by: merge).map { begin in
      values[begin..<min(values.count, begin + merge)].reduce(0, +)
    }
  }

  private func bars(_ values: [Double], place: Int, scale: Scale) -> [String] {
    let width = Double(columns[place].histogram.width) * Double(Self.merge)
    let slot = 834 * width / Double(max(1, end - start))
    let bar = slot * 0.84 / Double(columns.count)
    return values.enumerated().compactMap { index, value in
      guard value > 0 else { return nil }
      let x = 74 + slot * (Double(index) + 0.08) + bar * Double(place)
      let top = y(value, scale)
      return #"<rect class="f\#(columns[place].style)" x="\#(Scale.tenths(x))" y="\#(Scale.tenths(top))" "#
        + #"width="\#(Scale.tenths(max(0.6, bar)))" height="\#(Scale.tenths(226 - top))"/>"#
    }
  }

  private var legend: String {
    guard columns.count > 1 else { return "" }
    let entries = columns.map { entry in
      #"<span><svg viewBox="0 0 28 10"><rect class="f\#(entry.style)" x="8" y="0" width="10" height="10"/></svg>"#
        + "\(ReportText.escape(entry.name))</span>"
    }
    return "<p class=\"legend\">\(entries.joined())</p>\n"
  }

  private func y(_ value: Double, _ scale: Scale) -> Double {
    226 - 216 * (value - scale.low) / (scale.high - scale.low)
  }
}
