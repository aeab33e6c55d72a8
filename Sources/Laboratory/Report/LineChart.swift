/// A picture of a few lines over time, as inline SVG. The same lines give the same bytes.
struct LineChart {
  struct Line {
    var name: String
    /// Class of the stroke: `path`, or `c0` to `c5` for venues.
    var style: String
    var points: [Series.Point]
    /// Broken where points are missing, instead of drawn across.
    var hasGaps = false

    /// The points in runs without a hole: a hole is three times as wide as the closest neighbours.
    var runs: [[Series.Point]] {
      let widths = zip(points.dropFirst(), points).map { $0.time - $1.time }
      guard hasGaps, let width = widths.min() else { return points.isEmpty ? [] : [points] }
      var runs: [[Series.Point]] = [[points[0]]]
      for (index, point) in points.enumerated().dropFirst() {
        if widths[index - 1] > 3 * width { runs.append([]) }
        runs[runs.count - 1].append(point)
      }
      return runs
    }
  }

  var title: String
  var unit: String
  var lines: [Line]
  var start: Int64
  var end: Int64
  /// The scale begins at zero.
  var fromZero = false
  /// Moments marked by a dotted line.
  var marks: [Int64] = []

  static let width = 920.0
  static let height = 250.0
  static let pointLimit = 600
  private static let left = 74.0
  private static let right = 12.0
  private static let top = 10.0
  private static let bottom = 24.0

  var html: String {
    let scale = Scale(lines.flatMap(\.points), fromZero: fromZero)
    var parts: [String] = []
    for tick in scale.ticks {
      let y = y(tick, scale)
      parts.append(#"<line class="grid" x1="74" x2="908" y1="\#(text(y))" y2="\#(text(y))"/>"#)
      parts.append(#"<text x="66" y="\#(text(y + 4))" text-anchor="end">\#(scale.label(tick))</text>"#)
    }
    parts += timeAxis()
    for mark in marks where mark > start && mark < end {
      let x = text(x(mark))
      parts.append(#"<line class="shock" x1="\#(x)" x2="\#(x)" y1="10" y2="226"/>"#)
    }
    for line in lines {
      for run in line.runs {
        parts.append(#"<polyline class="l \#(line.style)" points="\#(coordinates(run, scale))"/>"#)
      }
    }
    return Self.frame(title: title, unit: unit, legend: legend, body: parts.joined(separator: "\n"))
  }

  static func frame(title: String, unit: String, legend: String, body: String) -> String {
    """
    <figure><figcaption>\(ReportText.escape(title))<small class="soft">\(ReportText.escape(unit))</small></figcaption>
    \(legend)<svg viewBox="0 0 920 250" role="img" aria-label="\(ReportText.escape(title)), \(ReportText.escape(unit))">
    \(body)
    </svg></figure>

    """
  }

  private var legend: String {
    guard lines.count > 1 else { return "" }
    let entries = lines.map { line in
      #"<span><svg viewBox="0 0 28 10"><line class="l \#(line.style)" x1="0" x2="28" y1="5" y2="5"/></svg>"#
        + "\(ReportText.escape(line.name))</span>"
    }
    return "<p class=\"legend\">\(entries.joined())</p>\n"
  }

  private func timeAxis() -> [String] {
    TimeTicks.between(start, end).map { tick in
      let x = text(x(tick.time))
      return #"<line class="axis" x1="\#(x)" x2="\#(x)" y1="226" y2="230"/>"#
        + #"<text x="\#(x)" y="245" text-anchor="middle">\#(tick.label)</text>"#
    }
  }

  /// At most `pointLimit` points; each keeps the extreme that lies farther from the point before it.
  private func coordinates(_ points: [Series.Point], _ scale: Scale) -> String {
    let group = max(1, (points.count + Self.pointLimit - 1) / Self.pointLimit)
    var texts: [String] = []
    var previous = points[0].last
    for begin in stride(from: 0, to: points.count, by: group) {
      let part = points[begin..<min(points.count, begin + group)]
      let low = part.map(\.low).min() ?? 0
      let high = part.map(\.high).max() ?? 0
      let isSingle = part.allSatisfy { $0.low == $0.high } && part.count == 1
      let value = isSingle ? high : (high - previous > previous - low ? high : low)
      texts.append("\(text(x(part[part.startIndex].time))),\(text(y(value, scale)))")
      previous = part[part.endIndex - 1].last
    }
    return texts.joined(separator: " ")
  }

  private func x(_ time: Int64) -> Double {
    Self.left + (Self.width - Self.left - Self.right) * Double(time - start) / Double(max(1, end - start))
  }

  private func y(_ value: Double, _ scale: Scale) -> Double {
    let part = (value - scale.low) / (scale.high - scale.low)
    return Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * part
  }

  private func text(_ value: Double) -> String { Scale.tenths(value) }
}

/// Round times for an axis: at most eight.
enum TimeTicks {
  static func between(_ start: Int64, _ end: Int64) -> [(time: Int64, label: String)] {
    let steps: [Int64] = [
      1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
      43_200_000, 86_400_000, 604_800_000, 2_592_000_000, 31_536_000_000, 315_360_000_000,
    ]
    let step = steps.first { (end - start) / $0 <= 8 } ?? end - start
    var ticks: [(time: Int64, label: String)] = []
    var time = (start + step - 1) / step * step
    while time <= end {
      let label =
        step >= 86_400_000 ? String(TimeText.write(time).prefix(10)) : TimeText.clock(time, seconds: step < 60_000)
      ticks.append((time, label))
      time += step
    }
    return ticks
  }
}

/// The range of values of a picture and round numbers in it.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]
  private let step: Double

  init(_ points: [Series.Point], fromZero: Bool) {
    self.init(low: points.map(\.low).min() ?? 0, high: points.map(\.high).max() ?? 1, fromZero: fromZero)
  }

  init(low lowest: Double, high highest: Double, fromZero: Bool) {
    var bottom = fromZero ? min(0, lowest) : lowest
    var top = fromZero ? max(0, highest) : highest
    if top - bottom <= abs(top) * 1e-9 {
      let margin = max(abs(top) * 0.01, 1e-6)
      top += margin
      bottom -= fromZero ? 0 : margin
    }
    let step = Self.roundStep((top - bottom) / 5)
    let first = (bottom / step).rounded(.down)
    let last = (top / step).rounded(.up)
    low = first * step
    high = last * step
    self.step = step
    ticks = (0...max(1, min(20, Int(last - first)))).map { (first + Double($0)) * step }
  }

  /// 1, 2 or 5 times a power of ten, not below `raw`.
  private static func roundStep(_ raw: Double) -> Double {
    var power = 1.0
    while power * 10 <= raw { power *= 10 }
    while power > raw { power /= 10 }
    return [1.0, 2.0, 5.0, 10.0].map { $0 * power }.first { $0 >= raw } ?? power * 10
  }

  /// `1,250`, `12.5k`, `3.2M`, or with the decimals that the step needs.
  func label(_ value: Double) -> String {
    if value == 0 { return "0" }
    let size = max(abs(low), abs(high))
    if size >= 10_000_000 { return Self.plain(value / 1e6, step / 1e6) + "M" }
    return Self.plain(value, step)
  }

  private static func plain(_ value: Double, _ step: Double) -> String {
    var places = 0
    var part = step
    while part < 0.999 && places < 6 {
      part *= 10
      places += 1
    }
    var unit = 1.0
    for _ in 0..<places { unit *= 10 }
    let rounded = (abs(value) * unit).rounded()
    let digits = String(Int64(min(rounded, 9e17)))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let whole = ReportText.grouped(String(padded.dropLast(places)))
    let text = places == 0 ? whole : "\(whole).\(padded.suffix(places))"
    return value < 0 && rounded > 0 ? "\u{2212}\(text)" : text
  }

  /// A coordinate with one decimal.
  static func tenths(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    let size = tenths.magnitude
    return "\(tenths < 0 ? "-" : "")\(size / 10)\(size % 10 == 0 ? "" : ".\(size % 10)")"
  }
}
