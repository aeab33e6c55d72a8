import Canonical
import Foundation

/// A block log as its bytes stand in a file: where records begin, and how one is changed with or without its checksums.
struct LogFile {
  var bytes: [UInt8]
  let path: String

  static let segmentHeader = 24
  static let recordHeader = 20
  /// Bytes of a record before its block: version, root, results.
  static let beforeBlock = 65

  init(folder: String) throws {
    let log = "\(folder)/chain/book"
    let name = try FileManager.default.contentsOfDirectory(atPath: log).sorted().first { $0.hasPrefix("blocks-") }
    path = "\(log)/\(name ?? "")"
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func integer(at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Where the header of each record begins, and how long its payload is.
  var records: [(offset: Int, length: Int)] {
    var found: [(offset: Int, length: Int)] = []
    var offset = Self.segmentHeader
    while offset + Self.recordHeader <= bytes.count {
      found.append((offset, integer(at: offset)))
      offset += Self.recordHeader + integer(at: offset)
    }
    return found
  }

  func write() throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  /// Writes the checksums of a record anew, as who forges a log would.
  mutating func forge(_ record: (offset: Int, length: Int)) {
    let start = record.offset + Self.recordHeader
    put(CRC32C.checksum(bytes[start..<start + record.length]), at: record.offset + 12)
    put(CRC32C.checksum(bytes[record.offset..<record.offset + 16]), at: record.offset + 16)
  }

  private mutating func put(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }

  /// Puts transactions in front of a record's own and writes its checksums anew. The block's data hash stays as it was.
  mutating func insert(_ transactions: [[UInt8]], into index: Int) {
    let record = records[index]
    let start = record.offset + Self.recordHeader
    // Two versions, the chain's id, height, time and parts, ten hashes that may be absent, the proposer.
    var place = start + Self.beforeBlock + 16
    place += 4 + integer(at: place) + 8 + 12 + 4
    for _ in 0..<10 { place += 1 + 32 * Int(bytes[place]) }
    place += 20
    put(UInt32(integer(at: place) + transactions.count), at: place)
    var inserted: [UInt8] = []
    for transaction in transactions {
      inserted += (0..<4).map { UInt8(truncatingIfNeeded: transaction.count >> (8 * $0)) } + transaction
    }
    bytes.insert(contentsOf: inserted, at: place + 4)
    put(UInt32(record.length + inserted.count), at: record.offset)
    forge((record.offset, record.length + inserted.count))
  }
}
