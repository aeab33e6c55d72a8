import Canonical
import StateStore
import Testing

@Suite struct StateTreeTests {
  /// The fast tree has the root of the plain one after every random batch with deletions, for both constant sets and
  /// any number of workers.
  @Test(arguments: [TreeSpec.ics23SMT, TreeSpec.jmt]) func randomBatchesEqualPlainTree(spec: TreeSpec) {
    var draws = Draws(seed: 11)
    var tree = StateTree(spec: spec)
    var twin: [[UInt8]: [UInt8]] = [:]
    for round in 0..<40 {
      var batch: [(key: [UInt8], value: [UInt8]?)] = []
      for _ in 0..<(round == 7 ? 600 : 1 + draws.below(30)) {
        let key = [UInt8(round == 7 ? draws.below(256) : 0), UInt8(draws.below(120))]
        let value: [UInt8]? = draws.below(round > 30 ? 2 : 4) == 0 ? nil : draws.bytes(1 + draws.below(70))
        batch.append((key, value))
        twin[key] = value
      }
      let root = tree.apply(batch: batch, workers: 1 + round % 3)
      let records = twin.map { (key: $0.key, value: $0.value) }
      #expect(root == PlainTree.root(records, spec), "round \(round)")
      #expect(tree.count == twin.count)
    }
  }

  /// The root does not remember: any order, any batches, and detours through deleted records give the same one.
  @Test func rootIsAFunctionOfTheRecords() {
    var draws = Draws(seed: 5)
    let records = (0..<300).map { (key: [UInt8(1), UInt8($0 & 255), UInt8($0 >> 8)], value: draws.bytes(9)) }
    var straight = StateTree(spec: .ics23SMT)
    straight.apply(batch: records.map { ($0.key, $0.value) })
    var detour = StateTree(spec: .ics23SMT)
    for record in records.reversed() {
      detour.apply(batch: [(record.key, [7]), ([9] + record.key, [1])])
      detour.apply(batch: [(record.key, record.value)])
    }
    detour.apply(batch: records.map { ([9] + $0.key, nil) }, workers: 2)
    #expect(detour.root == straight.root)
    straight.apply(batch: records.map { ($0.key, nil) })
    #expect(straight.root == .zero)
    #expect(straight.count == 0)
  }

  /// Every proof that the tree makes, of presence and of absence, convinces the verifier, and damaged ones do not.
  @Test(arguments: [TreeSpec.ics23SMT, TreeSpec.jmt]) func ownProofsHold(spec: TreeSpec) throws {
    var draws = Draws(seed: 3)
    var tree = StateTree(spec: spec)
    #expect(throws: ProofError.emptyStore) { try tree.prove(key: [1]) }
    for size in [1, 2, 3, 40, 200] {
      let start = tree.count
      tree.apply(batch: (start..<size).map { ([UInt8($0)], draws.bytes(5)) })
      for key in 0..<UInt8(255) {
        let proof = try tree.prove(key: [key])
        let value = tree.value(of: [key])
        #expect((value != nil) == (Int(key) < size))
        #expect(ICS23.verify(proof: proof, spec: spec, root: tree.root, key: [key], value: value))
        #expect(!ICS23.verify(proof: proof, spec: spec, root: tree.root, key: [key], value: value == nil ? [1] : nil))
        #expect(!ICS23.verify(proof: proof, spec: spec, root: .zero, key: [key], value: value))
        var damaged = proof
        damaged[draws.below(damaged.count)] ^= UInt8(1 << draws.below(8))
        _ = ICS23.verify(proof: damaged, spec: spec, root: tree.root, key: [key], value: value)
      }
    }
    #expect(throws: ProofError.emptyKey) { try tree.prove(key: []) }
  }

  /// A copy of a tree keeps its root and its proofs while the original goes on.
  @Test func copyIsIndependent() throws {
    var tree = StateTree(spec: .ics23SMT)
    tree.apply(batch: (0..<50).map { ([UInt8($0)], [1]) })
    let copy = tree
    let root = copy.root
    tree.apply(batch: (0..<50).map { ([UInt8($0)], $0 % 2 == 0 ? nil : [2]) })
    #expect(copy.root == root)
    #expect(ICS23.verify(proof: try copy.prove(key: [4]), spec: .ics23SMT, root: root, key: [4], value: [1]))
    #expect(ICS23.verify(proof: try tree.prove(key: [4]), spec: .ics23SMT, root: tree.root, key: [4], value: nil))
  }

  /// The decoder of proofs refuses what it does not know, and what it accepts it writes back byte for byte.
  @Test func proofBytesAreRead() throws {
    var tree = StateTree(spec: .ics23SMT)
    tree.apply(batch: (0..<9).map { ([UInt8($0)], [1]) })
    for key in 0..<UInt8(20) {
      let proof = try tree.prove(key: [key])
      #expect(ICS23.encode(try ICS23.decode(proof)) == proof)
      for length in 0..<proof.count {
        #expect(throws: ICS23.DecodingError.self) { try ICS23.decode(Array(proof.prefix(length))) }
      }
    }
    #expect(throws: ICS23.DecodingError.unsupportedKind(3)) { try ICS23.decode([0x1a, 0]) }
    #expect(throws: ICS23.DecodingError.unsupportedKind(4)) { try ICS23.decode([0x22, 0]) }
    #expect(throws: ICS23.DecodingError.unexpectedField(5)) { try ICS23.decode([0x2a, 0]) }
    #expect(throws: ICS23.DecodingError.truncated) { try ICS23.decode([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]) }
    #expect(throws: ICS23.DecodingError.invalidNumber) { try ICS23.decode([UInt8](repeating: 0xff, count: 11)) }
  }
}
