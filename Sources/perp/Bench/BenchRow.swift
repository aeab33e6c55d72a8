import Canonical

/// One measured figure beside its bound or peer of the same run.
struct BenchRow {
  let name: String
  /// Per second, or nanoseconds, as `unit` says.
  let figure: Double
  let unit: String
  let peer: String
  let peerFigure: Double
  /// How the figure stands to its peer; above one is better than the peer.
  let ratio: Double
  /// What the design aims at, in words.
  let aim: String

  /// Figures of which more is better.
  static func rate(
    _ name: String, _ figure: Double, unit: String, peer: String, _ peerFigure: Double, aim: String
  ) -> BenchRow {
    BenchRow(
      name: name, figure: figure, unit: unit, peer: peer, peerFigure: peerFigure, ratio: figure / peerFigure, aim: aim)
  }

  /// Figures of which less is better.
  static func cost(
    _ name: String, _ figure: Double, unit: String, peer: String, _ peerFigure: Double, aim: String
  ) -> BenchRow {
    BenchRow(
      name: name, figure: figure, unit: unit, peer: peer, peerFigure: peerFigure, ratio: peerFigure / figure, aim: aim)
  }

  var json: JSONValue {
    .object([
      JSONMember("name", .string(name)), JSONMember("figure", .number(Self.text(figure))),
      JSONMember("unit", .string(unit)), JSONMember("peer", .string(peer)),
      JSONMember("peerFigure", .number(Self.text(peerFigure))), JSONMember("ratio", .number(Self.text(ratio))),
      JSONMember("aim", .string(aim)),
    ])
  }

  /// Three or four significant figures, never an exponent.
  static func text(_ value: Double) -> String {
    let magnitude = abs(value)
    let decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 1 ? 2 : 4
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = Int64((magnitude * scale).rounded())
    var digits = String(rounded)
    while digits.count <= decimals { digits = "0" + digits }
    let split = digits.index(digits.endIndex, offsetBy: -decimals)
    let whole = digits[..<split]
    let sign = value < 0 ? "-" : ""
    return decimals == 0 ? sign + whole : "\(sign)\(whole).\(digits[split...])"
  }
}
