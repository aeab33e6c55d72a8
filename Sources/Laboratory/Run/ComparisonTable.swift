import Agents
import Canonical
import VenueKit

/// The venues of a run beside each other: what the report, `comparison.csv` and `--json` tell.
public struct ComparisonTable: Sendable {
  /// What a row belongs to, in the order of telling.
  public enum Part: String, Sendable, CaseIterable {
    case whoPaid = "who-paid"
    case results
    case providers
    case costs
    case events
    case refusals
  }

  public struct Row: Sendable {
    public var part: Part
    /// For machines: a figure's name, `group/NAME`, `purse/NAME` or `RULE/REFUSAL`.
    public var name: String
    /// For people.
    public var title: String
    public var kind: ParameterKind
    /// One for each venue; nil where the venue has no such line.
    public var values: [Int128?]
  }

  public var venues: [(name: String, room: String)]
  public var rows: [Row]

  init(venues: [(name: String, room: String)], rows: [Row]) {
    self.venues = venues
    self.rows = rows
  }

  init(_ runs: [VenueRun]) {
    venues = runs.map { ($0.venue.name, $0.venue.room) }
    let records = runs.map(\.recorder)
    rows = Part.allCases.flatMap { part in
      // What adds up stands before its sum.
      Self.lines(of: part, records)
        + Self.figures(of: part).map { figure in
          Row(
            part: part, name: figure.rawValue, title: figure.sentence, kind: figure.kind,
            values: records.map { $0.figure(figure) })
        }
    }
  }

  static func figures(of part: Part) -> [FigureName] { FigureName.allCases.filter { $0.part == part } }

  // MARK: Lines that differ from run to run

  private static func lines(of part: Part, _ records: [VenueRecorder]) -> [Row] {
    switch part {
    case .results: groups(records) + purses(records)
    case .refusals: refusals(records)
    default: []
    }
  }

  private static func groups(_ records: [VenueRecorder]) -> [Row] {
    let tables = records.map(\.money)
    return union(tables.map { ($0?.groups ?? []).map(\.group) }).map { name in
      Row(
        part: .results, name: "group/\(name)", title: name, kind: .money,
        values: tables.map { table in table?.groups.first { $0.group == name }?.profit })
    }
  }

  private static func purses(_ records: [VenueRecorder]) -> [Row] {
    let tables = records.map(\.money)
    return union(tables.map { ($0?.others ?? []).map(\.name) }).map { name in
      Row(
        part: .results, name: "purse/\(name)", title: name, kind: .money,
        values: tables.map { table in table?.others.first { $0.name == name }?.amount })
    }
  }

  private static func refusals(_ records: [VenueRecorder]) -> [Row] {
    let names = union(records.map { record in record.rankedRefusals.map { "\($0.rule)/\($0.name)" } })
    return names.map { name in
      Row(
        part: .refusals, name: name, title: name, kind: .count,
        values: records.map { record in
          record.refusals.first { "\($0.rule)/\($0.name)" == name }.map { Int128($0.count) }
        })
    }
  }

  /// Every name once, in the order of first sight, venue after venue.
  private static func union(_ lists: [[String]]) -> [String] {
    var names: [String] = []
    for list in lists {
      for name in list where !names.contains(name) { names.append(name) }
    }
    return names
  }

  // MARK: Writing

  private static func unit(_ kind: ParameterKind) -> String {
    switch kind {
    case .count: "count"
    case .ratio: "fraction"
    default: "USD"
    }
  }

  private static func text(_ value: Int128, _ kind: ParameterKind) -> String {
    kind == .count ? "\(value)" : Money.text(value)
  }

  /// A line for each figure, a column for each venue; empty where a venue has no such line.
  var csv: String {
    var lines = ["part,figure,unit," + venues.map(\.name).joined(separator: ",")]
    for row in rows {
      let values = row.values.map { $0.map { Self.text($0, row.kind) } ?? "" }
      let name = String(row.name.map { $0 == "," || $0.isNewline ? ";" : $0 })
      lines.append("\(row.part.rawValue),\(name),\(Self.unit(row.kind))," + values.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Figures as decimal text, by venue.
  public var document: JSONValue {
    .array(
      rows.map { row in
        let values = zip(venues, row.values).map { venue, value in
          JSONMember(venue.name, value.map { .string(Self.text($0, row.kind)) } ?? .null)
        }
        return .object([
          JSONMember("part", .string(row.part.rawValue)), JSONMember("figure", .string(row.name)),
          JSONMember("unit", .string(Self.unit(row.kind))), JSONMember("values", .object(values)),
        ])
      })
  }
}

extension FigureName {
  /// Where the comparison tells this figure.
  var part: ComparisonTable.Part {
    switch self {
    case .lossLiquidatedTraders, .lossLiquidityProviders, .lossInsurance, .lossDeleveragedTraders, .lossSocialised,
      .lossUnpaid:
      .whoPaid
    case .resultGap, .ledgerGap: .results
    case .poolReturn, .poolValue: .providers
    case .tradeCostMean, .tradeCostMaximum, .tradeCostMissing, .fees, .fundingPaid, .borrowingPaid: .costs
    case .refusals: .refusals
    default: .events
    }
  }
}
