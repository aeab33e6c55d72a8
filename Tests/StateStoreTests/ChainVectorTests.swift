import Canonical
import StateStore
import Testing

private struct Write: Decodable {
  let key: String
  let value: String?
}

private struct RootsFile: Decodable {
  struct Sequence: Decodable {
    let name: String
    let batches: [[Write]]
    let smt_roots: [String]
    let jmt_roots: [String]
  }

  let sequences: [Sequence]
}

private struct ProofsFile: Decodable {
  struct Row: Decodable {
    let spec: String
    let root: String
    let key: String
    let value: String?
    let proof: String
    let valid: Bool?
    let name: String?
  }

  let vectors: [Row]
}

private struct PublishedRootsFile: Decodable {
  struct Row: Decodable {
    let expected_root: String
    let data: [Write]
  }

  let vectors: [Row]
}

private struct ListsFile: Decodable {
  struct Proof: Decodable {
    let total: Int
    let index: Int
    let leaf_hash: String
    let aunts: [String]
  }

  struct Row: Decodable {
    let leaves: [String]
    let root: String
    let proofs: [Proof]
  }

  let vectors: [Row]
}

private func spec(_ name: String) -> TreeSpec { name == "jmt" ? .jmt : .ics23SMT }

private func batch(_ writes: [Write]) throws -> [(key: [UInt8], value: [UInt8]?)] {
  try writes.map { write in (try #require(bytes(write.key)), try write.value.map { try #require(bytes($0)) }) }
}

/// Figures made with other implementations of the same trees.
@Suite(.enabled(if: VectorFiles.arePresent)) struct ChainVectorTests {
  /// Every root of every batch, with deletions and long shared prefixes, under both constant sets.
  @Test func roots() throws {
    let file = try VectorFiles.read("smt_roots.json", as: RootsFile.self)
    #expect(!file.sequences.isEmpty)
    for sequence in file.sequences {
      for (spec, roots) in [(TreeSpec.ics23SMT, sequence.smt_roots), (TreeSpec.jmt, sequence.jmt_roots)] {
        var tree = StateTree(spec: spec)
        for (writes, root) in zip(sequence.batches, roots) {
          #expect(tree.apply(batch: try batch(writes), workers: 2) == hash(root), "\(sequence.name)")
        }
      }
    }
  }

  /// The roots that the jmt project publishes.
  @Test func publishedRoots() throws {
    let file = try VectorFiles.read("published/jmt_public_sha256.json", as: PublishedRootsFile.self)
    #expect(!file.vectors.isEmpty)
    for row in file.vectors {
      var tree = StateTree(spec: .jmt)
      #expect(tree.apply(batch: try batch(row.data)) == hash(row.expected_root))
    }
  }

  /// Our verifier gives the verdict of the Go verifier for every proof, valid or damaged.
  @Test(arguments: ["smt_ics23_proofs.json", "published/ics23_published_smt.json"])
  func verdicts(name: String) throws {
    let file = try VectorFiles.read(name, as: ProofsFile.self)
    #expect(!file.vectors.isEmpty)
    for (index, row) in file.vectors.enumerated() {
      let value = row.value.flatMap { $0.isEmpty ? nil : $0 }
      let verdict = ICS23.verify(
        proof: try #require(bytes(row.proof)), spec: spec(row.spec), root: try #require(hash(row.root)),
        key: try #require(bytes(row.key)), value: try value.map { try #require(bytes($0)) })
      #expect(verdict == (row.valid ?? true), "row \(index) \(row.name ?? "")")
    }
  }

  /// Roots and proofs of CometBFT's lists, and no proof holds for another leaf or another place.
  @Test func lists() throws {
    let file = try VectorFiles.read("rfc6962.json", as: ListsFile.self)
    #expect(!file.vectors.isEmpty)
    for row in file.vectors {
      let leaves = try row.leaves.map { try #require(bytes($0)) }
      let root = try #require(hash(row.root))
      #expect(RFC6962.root(of: leaves) == root)
      let made = RFC6962.proofs(of: leaves)
      #expect(made.root == root)
      for given in row.proofs {
        let proof = RFC6962.Proof(
          total: given.total, index: given.index, leafHash: try #require(hash(given.leaf_hash)),
          aunts: try given.aunts.map { try #require(hash($0)) })
        #expect(made.proofs[given.index] == proof)
        #expect(RFC6962.verify(proof, root: root, leaf: leaves[given.index]))
        #expect(!RFC6962.verify(proof, root: root, leaf: [0]))
        var moved = proof
        moved.aunts.append(.zero)
        #expect(!RFC6962.verify(moved, root: root, leaf: leaves[given.index]))
      }
    }
  }
}

@Suite struct RFC6962Tests {
  /// The tree of no items is the hash of nothing, and nothing can be proved in it.
  @Test func emptyList() {
    #expect(RFC6962.root(of: []) == hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    #expect(RFC6962.proofs(of: []).proofs.isEmpty)
    let proof = RFC6962.Proof(total: 0, index: 0, leafHash: RFC6962.leafHash([1]), aunts: [])
    #expect(!RFC6962.verify(proof, root: RFC6962.root(of: []), leaf: [1]))
  }
}
