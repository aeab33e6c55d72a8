import Agents
import Quantities
import VenueKit

/// The words a scenario measures in. A number without its unit, or with another's, is refused.
enum Unit {
  /// Milliseconds of each unit of time.
  static let durations: [(name: String, milliseconds: Int128)] = [
    ("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]
  /// 10^-12 of each unit of a fraction.
  static let ratios: [(name: String, parts: Int128)] = [
    ("%", CommonScale.one / 100), ("bp", CommonScale.one / 10_000),
  ]
  static let money = "USDC"

  static func name(of kind: ParameterKind) -> String {
    switch kind {
    case .money: "money: `10000 USDC`"
    case .ratio: "a fraction: `15 %` or `5 bp`"
    case .duration: "a time: `100ms`, `3s`, `10min`, `2h`, `1d`"
    case .count: "a whole number"
    case .leverage: "a multiple: `10x`"
    case .rate: "a rate: `6 /h`"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    }
  }
}

/// Reads and writes quantities with units.
enum QuantityText {
  /// Splits `-10_000.5 USDC` into number and unit; underscores group digits.
  static func split(_ text: String) -> (number: String, unit: String) {
    let bytes = Array(text.utf8)
    var end = 0
    while end < bytes.count,
      (bytes[end] >= 0x30 && bytes[end] <= 0x39) || [0x2D, 0x2B, 0x2E, 0x5F].contains(bytes[end])
    {
      end += 1
    }
    let number = String(decoding: bytes[..<end].filter { $0 != 0x5F }, as: UTF8.self)
    let unit = String(decoding: bytes[end...].drop { $0 == 0x20 }, as: UTF8.self)
    return (number, unit)
  }

  static func read(_ node: ScenarioNode, as kind: ParameterKind) throws(ScenarioError) -> Int128 {
    let text = try node.requireText()
    if case .choice(let words) = kind {
      guard let index = words.firstIndex(of: text) else {
        throw node.error("`\(text)` is not \(Unit.name(of: kind))", nearest: nearestName(to: text, among: words))
      }
      return Int128(index)
    }
    let (number, unit) = split(text)
    guard !number.isEmpty else { throw node.error("`\(text)` is not \(Unit.name(of: kind))") }
    let multiplier = try multiplier(unit, kind, text: text, node: node)
    let value: Int128
    do throws(DecimalError) {
      value = try parseDecimal(number, scale: 12)
    } catch {
      throw node.error("`\(number)` is not a decimal number of at most 12 places: \(error)")
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: multiplier)
    guard !overflow, product.magnitude < UInt128(1) << 120 else { throw node.error("`\(text)` is too large") }
    guard product % CommonScale.one == 0 else { throw node.error("`\(text)` is finer than can be told apart") }
    return product / CommonScale.one
  }

  /// How many of the kind's own units one of the written unit is.
  private static func multiplier(
    _ unit: String, _ kind: ParameterKind, text: String, node: ScenarioNode
  ) throws(ScenarioError) -> Int128 {
    switch kind {
    case .money: if unit == Unit.money { return CommonScale.one }
    case .ratio: if let found = Unit.ratios.first(where: { $0.name == unit }) { return found.parts }
    case .duration: if let found = Unit.durations.first(where: { $0.name == unit }) { return found.milliseconds }
    case .count: if unit.isEmpty { return 1 }
    case .leverage: if unit == "x" { return CommonScale.one }
    case .rate:
      switch unit {
      case "/s": return 3_600 * CommonScale.one
      case "/min": return 60 * CommonScale.one
      case "/h": return CommonScale.one
      default: break
      }
    case .choice: break
    }
    let problem = unit.isEmpty ? "`\(text)` has no unit" : "`\(unit)` is the wrong unit"
    throw node.error("\(problem): wanted \(Unit.name(of: kind))")
  }

  /// The one way in which a resolved scenario writes the value.
  static func write(_ value: Int128, as kind: ParameterKind) -> String {
    switch kind {
    case .money: "\(formatDecimal(value, scale: 12)) USDC"
    case .ratio: "\(formatDecimal(value, scale: 10)) %"
    case .duration: writeDuration(value)
    case .count: "\(value)"
    case .leverage: "\(formatDecimal(value, scale: 12))x"
    case .rate: "\(formatDecimal(value, scale: 12)) /h"
    case .choice(let words): words[Int(value)]
    }
  }

  /// In the largest unit that leaves a whole number.
  static func writeDuration(_ value: Int128) -> String {
    for unit in Unit.durations.reversed() where value % unit.milliseconds == 0 && value != 0 {
      return "\(value / unit.milliseconds)\(unit.name)"
    }
    return "\(value)ms"
  }
}

/// Reads and writes distributions: a plain quantity, `{uniform: [low, high]}` or `{lognormal: {median, sigma, ...}}`.
enum DistributionText {
  static func read(_ node: ScenarioNode, as kind: ParameterKind) throws(ScenarioError) -> Distribution {
    guard case .mapping = node.content else { return .fixed(try QuantityText.read(node, as: kind)) }
    if case .choice = kind { throw node.error("wanted \(Unit.name(of: kind))") }
    let section = try Section(node, keys: ["uniform", "lognormal"])
    if let uniform = section["uniform"], section["lognormal"] == nil {
      let bounds = try uniform.requireList()
      guard bounds.count == 2 else { throw uniform.error("wanted two bounds: `[low, high]`") }
      let low = try QuantityText.read(bounds[0], as: kind)
      let high = try QuantityText.read(bounds[1], as: kind)
      guard low <= high else { throw uniform.error("the lower bound stands second") }
      return .uniform(low: low, high: high)
    }
    guard let lognormal = section["lognormal"], section["uniform"] == nil else {
      throw node.error("wanted one of uniform, lognormal")
    }
    let parts = try Section(lognormal, keys: ["median", "sigma", "minimum", "maximum"])
    let median = try QuantityText.read(parts.require("median"), as: kind)
    let sigma = try QuantityText.read(parts.require("sigma"), as: .ratio)
    let minimum = try parts["minimum"].map { node throws(ScenarioError) in try QuantityText.read(node, as: kind) } ?? 0
    let maximum =
      try parts["maximum"].map { node throws(ScenarioError) in try QuantityText.read(node, as: kind) } ?? median * 1_000
    guard median > 0, sigma >= 0, sigma <= 10 * CommonScale.one, minimum <= median, median <= maximum else {
      throw lognormal.error("wanted minimum <= median <= maximum, median above 0 and sigma from 0 % to 1000 %")
    }
    return .lognormal(median: median, sigma: sigma, minimum: minimum, maximum: maximum)
  }

  static func write(_ distribution: Distribution, as kind: ParameterKind) -> ScenarioNode {
    switch distribution {
    case .fixed(let value): .text(QuantityText.write(value, as: kind))
    case .uniform(let low, let high):
      .table([
        ("uniform", .list([.text(QuantityText.write(low, as: kind)), .text(QuantityText.write(high, as: kind))]))
      ])
    case .lognormal(let median, let sigma, let minimum, let maximum):
      .table([
        (
          "lognormal",
          .table([
            ("median", .text(QuantityText.write(median, as: kind))),
            ("sigma", .text(QuantityText.write(sigma, as: .ratio))),
            ("minimum", .text(QuantityText.write(minimum, as: kind))),
            ("maximum", .text(QuantityText.write(maximum, as: kind))),
          ])
        )
      ])
    }
  }
}
