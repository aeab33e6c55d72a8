import Canonical
import Cryptography
import Foundation
import StateStore

/// A seeded generator (SplitMix64): the same test does the same thing everywhere.
struct Draws {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// The bytes of hexadecimal text; nil when it is not.
func bytes(_ hexadecimal: String) -> [UInt8]? {
  var result: [UInt8] = []
  var digits = hexadecimal[...]
  while digits.count >= 2 {
    guard let byte = UInt8(digits.prefix(2), radix: 16) else { return nil }
    result.append(byte)
    digits = digits.dropFirst(2)
  }
  return digits.isEmpty ? result : nil
}

func hash(_ hexadecimal: String) -> Hash32? { bytes(hexadecimal).flatMap { Hash32($0) } }

/// The chain's vector files stand beside the package on machines that have them; elsewhere their tests are skipped.
enum VectorFiles {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/vectors/chain")

  static var arePresent: Bool { FileManager.default.fileExists(atPath: folder.path()) }

  static func read<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
  }
}

/// The tree as its definition says it, with nothing kept between calls.
enum PlainTree {
  static func root(_ records: [(key: [UInt8], value: [UInt8])], _ spec: TreeSpec) -> Hash32 {
    node(records.map { (SHA256.hash($0.key), SHA256.hash($0.value)) }, 0, spec)
  }

  private static func node(_ records: [(path: Hash32, value: Hash32)], _ depth: Int, _ spec: TreeSpec) -> Hash32 {
    if records.isEmpty { return spec.emptyHash }
    if records.count == 1 {
      return SHA256.hash(spec.leafPrefix + records[0].path.bytes + records[0].value.bytes)
    }
    let left = node(records.filter { !$0.path.bit(depth) }, depth + 1, spec)
    let right = node(records.filter { $0.path.bit(depth) }, depth + 1, spec)
    return SHA256.hash(spec.innerPrefix + left.bytes + right.bytes)
  }
}
