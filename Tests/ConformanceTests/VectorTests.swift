import Canonical
import Catalog
import ConformanceKit
import Foundation
import Testing

@Suite struct VectorTests {
  /// Every case of the chain and of the Hyperliquid room comes out, in each collection that is at hand.
  @Test func everyCasePasses() {
    for folder in VectorFolder.all {
      let report = RoomCatalog.suite.run(paths: [folder + "/chain", folder + "/hyperliquid"])
      for line in report.failureLines.prefix(20) { Issue.record("\(line)") }
      #expect(report.failed == 0)
      #expect(report.passed > 100)
    }
  }

  /// A folder that is a link is followed; its own name is what tells the family.
  @Test func linkedFoldersAreFollowed() throws {
    guard let folder = VectorFolder.all.last else { return }
    let place = VectorFolder.temporary()
    defer { try? FileManager.default.removeItem(atPath: place) }
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: place + "/chain", withDestinationPath: folder + "/chain")
    for path in [place, place + "/chain", place + "/chain/"] {
      let report = RoomCatalog.suite.run(paths: [path])
      #expect(report.failed == 0 && report.passed > 50, "\(path): \(report.closingLine)")
    }
  }
}
