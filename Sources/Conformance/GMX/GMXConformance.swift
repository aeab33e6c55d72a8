import Canonical
import ConformanceKit
import GMX
import Quantities

/// The vector files of the GMX room.
public enum GMXConformance {
  public static let adapters: [ConformanceAdapter] = [power, readers, actions, sequences]

  /// `pow*.json`: the approximate power function.
  static let power = ConformanceAdapter(
    family: "gmx", handles: { $0.hasPrefix("pow") },
    document: SectionedDocument([("about", .label), ("cases", .cases(powerCase))]))

  /// `reader_*.json`: calls of the reader contract.
  static let readers = ConformanceAdapter(
    family: "gmx", handles: { name($0).hasPrefix("reader_") }, run: { ReaderCases.run($0) },
    answer: { ReaderCases.answer($0) })

  /// `action_*.json`: one action from a written state.
  static let actions = ConformanceAdapter(
    family: "gmx", handles: { name($0).hasPrefix("action_") }, run: { ActionCases.run($0) },
    answer: { ActionCases.answer($0) })

  /// `seq_*.json`: actions after each other.
  static let sequences = ConformanceAdapter(
    family: "gmx", handles: { name($0).hasPrefix("seq_") }, run: { SequenceCases.run($0) },
    answer: { SequenceCases.answer($0) })

  /// The first breach of the room's invariants in a sequence, as a line.
  package static func breach(in document: JSONValue) throws(CaseFailure) -> String? {
    try SequenceCases.breach(document).map { "step \($0.step): \($0.breach)" }
  }

  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  private static let powerCase = CaseKind(order: ["base", "exponent", "out", "error", "errorArgs"]) {
    (reader) throws(CaseFailure) in
    let base = try VectorWorld.unsigned(reader.text("base"), "base")
    let exponent = try VectorWorld.unsigned(reader.text("exponent"), "exponent")
    do throws(Revert) {
      reader.expect("out", .string(try ExponentFactor.apply(base, exponent: exponent).description))
    } catch {
      reader.expect("error", .string(error.error.rawValue))
      reader.expect("errorArgs", VectorFigures.arguments(error))
    }
  }
}
