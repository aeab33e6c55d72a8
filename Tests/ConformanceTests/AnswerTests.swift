import Canonical
import Catalog
import ConformanceKit
import Foundation
import Testing

@Suite struct AnswerTests {
  /// The fields of each section that are results, not inputs.
  static let results: [String: Set<String>] = [
    "keys": ["address"],
    "known": ["expected", "signer", "msgpack", "actionHash", "expectedActionHash"],
    "l1": ["signer", "actionText", "msgpack", "actionHash", "digest", "signature", "signaturePadded"],
    "userSigned": [
      "signer", "typeHash", "domainSeparator", "structHash", "digest", "signature", "signaturePadded", "types",
      "message", "primaryType",
    ],
    "multiSigInnerL1": ["action", "actionText", "msgpack", "actionHash", "digest", "signature", "signaturePadded"],
    "multiSigInnerUser": [
      "signer", "typeHash", "domainSeparator", "structHash", "digest", "signature", "signaturePadded",
    ],
    "multiSigOuter": [
      "signer", "actionText", "msgpackWithoutType", "multiSigActionHash", "digest", "signature", "signaturePadded",
      "innerSigners",
    ],
    "negative": ["recovered", "mustNotEqualSigner"], "requests": ["signer"],
    "floatToWire": ["out", "error"], "floatToInt": ["out", "error"],
    "sequences": ["smt_roots", "jmt_roots"],
    "vectors": ["valid", "expected_root", "proofs"],
    "headers": ["hash"], "results": ["data_hash", "last_results_hash"],
  ]

  static let files = [
    "hyperliquid/signing.json", "chain/smt_roots.json", "chain/smt_ics23_proofs.json", "chain/rfc6962.json",
    "chain/cometbft_abci_header.json", "chain/published/jmt_public_sha256.json",
  ]

  /// Results that are taken out, or set to null, come back as they were, at their places.
  @Test(arguments: files, [true, false])
  func removedFieldsComeBack(path: String, toNull: Bool) throws {
    guard let document = VectorFolder.document(path) else { return }
    let adapter = try #require(
      RoomCatalog.adapters.first { path.hasPrefix($0.family) && $0.handles(path.droppingFirstFolder) })
    let stripped = JSONValue.object(
      (document.members ?? []).map { section in
        guard let names = Self.results[section.key], let rows = section.value.array else { return section }
        return JSONMember(section.key, .array(rows.map { $0.stripping(names, toNull: toNull) }))
      })
    let answer = adapter.answer(stripped)
    for (left, right) in zip(answer.members ?? [], document.members ?? []) {
      for (index, pair) in zip(left.value.array ?? [], right.value.array ?? []).enumerated() where pair.0 != pair.1 {
        Issue.record("\(path) \(left.key)[\(index)]: \(pair.0.text().prefix(600)) not \(pair.1.text().prefix(600))")
        return
      }
    }
    #expect(answer == document)
  }

  /// Funding rates come back within the file's tolerance and in its form; the answered file passes.
  @Test func fundingRatesComeBack() throws {
    guard let document = VectorFolder.document("hyperliquid/funding_btc_2023.json") else { return }
    let adapter = try #require(RoomCatalog.adapters.first { $0.handles("funding_btc_2023.json") })
    let rows = document["rows"]?.array ?? []
    let stripped = document.replacing(
      "rows", .array(rows.map { $0.stripping(["fundingRate"], toNull: false) }))
    let answer = adapter.answer(stripped)
    #expect(adapter.run(answer).allSatisfy { $0.verdict == .passed })
    #expect(adapter.run(stripped).allSatisfy { $0.verdict != .passed })
    let same = zip(answer["rows"]?.array ?? [], rows).count { $0.0 == $0.1 }
    #expect(same * 10 > rows.count * 9, "most figures are the published ones to the last digit")
    #expect(answer["rows"]?[0]?.members?.map(\.key) == rows[0].members?.map(\.key))
  }

  /// The suite writes answers under the same relative paths, and running them again passes.
  @Test func answersAreWritten() throws {
    guard let folder = VectorFolder.all.last else { return }
    let target = VectorFolder.temporary()
    defer { try? FileManager.default.removeItem(atPath: target) }
    let report = RoomCatalog.suite.run(
      paths: [folder + "/chain", folder + "/hyperliquid"], answers: target + "/chain")
    #expect(report.answers.contains(target + "/chain/rfc6962.json"))
    let again = RoomCatalog.suite.run(paths: [target + "/chain/rfc6962.json"])
    #expect(again.failed == 0 && again.passed > 0)
  }

  /// Malformed files, files without a family, unknown files and rooms that do not exist are told apart.
  @Test func strangeFilesAreReported() throws {
    let folder = VectorFolder.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ path: String, _ text: String) throws {
      let url = URL(fileURLWithPath: folder + "/" + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try write("hyperliquid/signing.json", "{\"l1\": [")
    try write("hyperliquid/signing_two.json", "[1, 2]")
    try write("hyperliquid/signing_three.json", "{\"l1\": [{}, 3, null], \"keys\": 4}")
    try write("hyperliquid/other.json", "{}")
    try write("hyperliquid/fixtures.json", "nothing")
    try write("hyperliquid/some_table.json", "nothing")
    try write("hyperliquid/README.md", "nothing")
    try write("gmx/action.json", "{}")
    try write("generations/okcoin.json", "{}")
    try write("nowhere.json", "{}")
    let report = RoomCatalog.suite.run(paths: [folder])
    #expect(report.passed == 0)
    #expect(report.skipped == 1)
    #expect(report.failed == 1 + 1 + 4 + 1 + 1 + 1)
    #expect(report.closingLine == "0 passed, 9 failed, 1 skipped")
    #expect(RoomCatalog.suite.run(paths: [folder + "/absent"]).failed == 1)
  }
}

extension JSONValue {
  func stripping(_ names: Set<String>, toNull: Bool) -> JSONValue {
    .object(
      (members ?? []).compactMap { member in
        guard names.contains(member.key) else { return member }
        return toNull ? JSONMember(member.key, .null) : nil
      })
  }
}
