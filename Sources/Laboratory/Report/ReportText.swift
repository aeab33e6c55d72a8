import Agents
import Quantities
import VenueKit

/// Figures and names as a reader wants them: thousands apart, units said, nothing that HTML could mistake for its own.
enum ReportText {
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `1234567` is `1,234,567`.
  static func grouped(_ digits: String) -> String {
    var result: [Character] = []
    for (index, digit) in digits.reversed().enumerated() {
      if index > 0 && index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed())
  }

  /// A figure on the common scale with so many decimals, to the nearest, thousands apart, with a real minus.
  static func decimal(_ value: Int128, places: Int) -> String {
    var unit: Int128 = 1
    for _ in 0..<(CommonScale.decimals - places) { unit *= 10 }
    let rounded = (value.magnitude + UInt128(unit / 2)) / UInt128(unit)
    let text = formatDecimal(Int128(rounded), scale: places, minimumFractionDigits: places)
    let parts = text.split(separator: ".")
    let whole = grouped(String(parts[0])) + (parts.count > 1 ? "." + parts[1] : "")
    return value < 0 && rounded != 0 ? "\u{2212}\(whole)" : whole
  }

  /// Whole dollars from a thousand on, cents below; a residue smaller than a cent is told in full.
  static func money(_ value: Int128) -> String {
    let size = value.magnitude
    if size >= UInt128(1_000 * CommonScale.one) { return decimal(value, places: 0) }
    if size == 0 || size >= UInt128(CommonScale.one / 100) { return decimal(value, places: 2) }
    return formatDecimal(value, scale: CommonScale.decimals)
  }

  static func percent(_ ratio: Int128, places: Int = 2) -> String { "\(decimal(ratio * 100, places: places)) %" }

  /// `12.3 million`: for sentences.
  static func spoken(_ value: Int128) -> String {
    let million = 1_000_000 * CommonScale.one
    if value.magnitude >= UInt128(1_000 * million) { return "\(decimal(value / 1_000_000_000, places: 2)) billion" }
    if value.magnitude >= UInt128(million) { return "\(decimal(value / 1_000_000, places: 1)) million" }
    return money(value)
  }

  /// Costs of trades are told in basis points, other fractions in percent.
  static func figure(_ value: Int128, _ figure: FigureName) -> String {
    switch figure {
    case .tradeCostMean, .tradeCostMaximum: "\(decimal(value * 10_000, places: 2)) bp"
    default: self.figure(value, figure.kind)
    }
  }

  static func figure(_ value: Int128, _ kind: ParameterKind) -> String {
    switch kind {
    case .count: grouped("\(value)")
    case .ratio: percent(value)
    default: money(value)
    }
  }

  static func unit(_ kind: ParameterKind) -> String {
    switch kind {
    case .money: "USDC"
    case .ratio: "%"
    default: ""
    }
  }

  static func duration(_ milliseconds: Int64) -> String {
    let parts = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")] as [(Int64, String)]
    var rest = milliseconds
    var words: [String] = []
    for (size, name) in parts where rest >= size {
      words.append("\(rest / size)\u{00A0}\(name)")
      rest %= size
    }
    return words.isEmpty ? "0\u{00A0}s" : words.prefix(2).joined(separator: " ")
  }

  static func sign(_ comparison: Comparison) -> String {
    switch comparison {
    case .less: "&lt;"
    case .lessOrEqual: "≤"
    case .equal: "="
    case .greaterOrEqual: "≥"
    case .greater: "&gt;"
    }
  }

  /// `2025-10-10 20:30`, with seconds only where they are not zero.
  static func moment(_ time: Int64) -> String {
    "\(TimeText.write(time).prefix(10)) \(TimeText.clock(time, seconds: time % 60_000 != 0))"
  }

  /// The end of a span: without the day where it is the same.
  static func span(_ start: Int64, _ end: Int64) -> String {
    let sameDay = start / 86_400_000 == end / 86_400_000
    let last = sameDay ? TimeText.clock(end, seconds: end % 60_000 != 0) : moment(end)
    return "\(moment(start)) to \(last) UTC"
  }

  static func name(of bearer: LossBearer) -> String {
    switch bearer {
    case .liquidatedTraders: "Liquidated traders"
    case .liquidityProviders: "Liquidity providers (vault)"
    case .insurance: "Insurance"
    case .deleveragedTraders: "Deleveraged winners (ADL)"
    case .socialised: "Socialised over all"
    case .unpaid: "Paid by nobody"
    }
  }

  static func explanation(of bearer: LossBearer) -> String {
    switch bearer {
    case .liquidatedTraders:
      "realised on the positions that were closed or taken, from entry; fees and kept margin included"
    case .liquidityProviders: "result of the positions the pool took over; a gain is negative"
    case .insurance: "drawn from the insurance fund"
    case .deleveragedTraders: "profit given up against the mark"
    case .socialised: "haircuts and clawbacks"
    case .unpaid: "bad debt left open"
    }
  }
}
