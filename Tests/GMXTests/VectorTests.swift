import Canonical
import ConformanceGMX
import ConformanceKit
import Foundation
import Testing

@Suite struct VectorTests {
  /// The folder of the contracts' vectors, where this machine has it.
  static let folder: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let given = ProcessInfo.processInfo.environment["PERP_VECTORS"].map { $0 + "/gmx" }
    let candidates = [given, root.path + "/shared/vectors/gmx"].compactMap { $0 }
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/pow.json") }
  }()

  private func document(_ name: String) throws -> JSONValue? {
    guard let folder = Self.folder, let data = FileManager.default.contents(atPath: folder + "/" + name) else {
      return nil
    }
    let limits = JSONLimits(bytes: 1 << 31, depth: 256, values: 1 << 31, numberBytes: 4096)
    return try JSONValue(parsing: [UInt8](data), limits: limits)
  }

  private func adapter(_ name: String) throws -> ConformanceAdapter {
    try #require(GMXConformance.adapters.first { $0.handles(name) })
  }

  /// One file of each kind passes as a whole.
  @Test(arguments: ["pow.json", "seq_three_markets.json"])
  func filesPass(name: String) throws {
    guard let document = try document(name) else { return }
    let results = try adapter(name).run(document)
    #expect(results.allSatisfy { $0.verdict == .passed })
  }

  /// Every state that a sequence reaches keeps the room's invariants.
  @Test(arguments: ["seq_live_eth_virtual_referral.json"])
  func invariantsHold(name: String) throws {
    guard let document = try document(name) else { return }
    #expect(try GMXConformance.breach(in: document) == nil)
  }

  /// One altered figure fails its step and with it the rest of the sequence.
  @Test func alterationsFail() throws {
    guard let document = try document("seq_plain.json"), var steps = document["steps"]?.array else { return }
    steps[3] = steps[3].replacing("delta", .object([JSONMember("FUNDING_UPDATED_AT", .string("1"))]))
    let results = try adapter("seq_plain.json").run(document.replacing("steps", .array(steps)))
    #expect(results.prefix(3).allSatisfy { $0.verdict == .passed })
    #expect(results.dropFirst(3).allSatisfy { $0.verdict != .passed })
  }

  /// Results that were taken out come back with our figures, which then pass.
  @Test(arguments: ["seq_orders_doge.json"])
  func answersPass(name: String) throws {
    guard let document = try document(name) else { return }
    let adapter = try adapter(name)
    let answered = adapter.answer(document.without(["result", "delta", "events", "state", "paid"], isTop: true))
    if name.hasPrefix("seq") {
      #expect(adapter.run(answered).allSatisfy { $0.verdict == .passed })
    }
    #expect(adapter.run(adapter.answer(document)).allSatisfy { $0.verdict == .passed })
  }
}

extension JSONValue {
  func replacing(_ key: String, _ value: JSONValue) -> JSONValue {
    .object((members ?? []).map { $0.key == key ? JSONMember(key, value) : $0 })
  }

  /// Steps without some of their members.
  func without(_ keys: [String], isTop: Bool) -> JSONValue {
    guard let steps = self["steps"]?.array else { return self }
    let bare = steps.map { step in
      JSONValue.object((step.members ?? []).filter { !keys.contains($0.key) })
    }
    return replacing("steps", .array(bare))
  }
}
