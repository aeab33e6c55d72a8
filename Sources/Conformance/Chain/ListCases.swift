import Canonical
import ConformanceKit
import StateStore

/// RFC 6962 trees.
enum ListCases {
  /// The root, and the proofs of the leaves that the case names by index; all leaves when the proofs were taken out.
  static let tree = CaseKind(order: ["leaves", "root", "proofs"]) { (reader) throws(CaseFailure) in
    let leaves = try reader.byteLists("leaves")
    let (root, proofs) = RFC6962.proofs(of: leaves)
    reader.expect("root", .string(root.hex))
    reader.check("root (of the list)", expected: .string(RFC6962.root(of: leaves).hex), got: .string(root.hex))
    var indexes = indexesOfLongLists(leaves.count)
    if let given = reader.given("proofs") {
      guard let rows = given.array else { throw CaseFailure("proofs", "not a list") }
      indexes = []
      for row in rows {
        guard let index = row["index"]?.int, leaves.indices.contains(index) else {
          throw CaseFailure("proofs.index", "not the index of a leaf")
        }
        indexes.append(index)
      }
    }
    for index in indexes {
      let isVerified = RFC6962.verify(proofs[index], root: root, leaf: leaves[index])
      reader.check("proofs (verified)", expected: true, got: .bool(isVerified))
    }
    reader.expect("proofs", .array(indexes.map { json(proofs[$0]) }))
  }

  /// Files prove every leaf of a short list and four of a long one.
  private static func indexesOfLongLists(_ count: Int) -> [Int] {
    count <= 17 ? Array(0..<count) : [0, 1, count / 2, count - 1]
  }

  private static func json(_ proof: RFC6962.Proof) -> JSONValue {
    .object([
      JSONMember("total", JSONValue(proof.total)), JSONMember("index", JSONValue(proof.index)),
      JSONMember("leaf_hash", .string(proof.leafHash.hex)),
      JSONMember("aunts", .array(proof.aunts.map { .string($0.hex) })),
    ])
  }
}
