import Canonical
import Catalog
import ConformanceKit
import Foundation
import Testing

@Suite struct VectorTests {
  /// Every case of the chain and of the Hyperliquid room comes out, in each collection that is at hand.
  @Test func everyCasePasses() {
    for folder in VectorFolder.all {
      let report = ConformanceCatalog.suite.run(paths: [folder + "/chain", folder + "/hyperliquid"])
      for line in report.failureLines.prefix(20) { Issue.record("\(line)") }
      #expect(report.failed == 0)
      #expect(report.passed > 100)
      print(folder, report.closingLine)
    }
  }
}
