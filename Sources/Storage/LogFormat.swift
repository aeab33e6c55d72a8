import Canonical

/// The bytes of a block log.
///
/// Segment: header of 24 bytes (magic `PERPLOG1` · version `u32` · number of its first record `u64` · CRC-32C of the 20
/// bytes before), then records. Record: header of 20 bytes (length `u32` · number `u64` · CRC-32C of the payload `u32` ·
/// CRC-32C of the 16 bytes before) and payload. Integers are little-endian. The record's header has a checksum of its
/// own, so that a damaged length is told from an unfinished append: whole records after it would prove damage.
enum LogFormat {
  static let magic: [UInt8] = Array("PERPLOG1".utf8)
  static let version: UInt32 = 1
  static let segmentHeaderSize: UInt64 = 24
  static let recordHeaderSize: UInt64 = 20

  static func segmentHeader(firstRecord: UInt64) -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 24)
    encoder.append(raw: magic)
    encoder.encode(version)
    encoder.encode(firstRecord)
    encoder.encode(CRC32C.checksum(encoder.bytes))
    return encoder.bytes
  }

  /// The number of the segment's first record; nil when the bytes are no segment header.
  static func firstRecord(ofSegment bytes: [UInt8]) -> UInt64? {
    guard bytes.count == Int(segmentHeaderSize), bytes.starts(with: magic) else { return nil }
    var decoder = CanonicalDecoder(bytes, in: 8..<24)
    guard let version = try? decoder.decodeInteger(UInt32.self), version == Self.version,
      let first = try? decoder.decodeInteger(UInt64.self), let crc = try? decoder.decodeInteger(UInt32.self),
      crc == CRC32C.checksum(bytes[0..<20])
    else { return nil }
    return first
  }

  static func record(_ payload: [UInt8], number: UInt64) -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 20 + payload.count)
    encoder.encode(UInt32(payload.count))
    encoder.encode(number)
    encoder.encode(CRC32C.checksum(payload))
    encoder.encode(CRC32C.checksum(encoder.bytes))
    encoder.append(raw: payload)
    return encoder.bytes
  }
}

/// A record's header whose own checksum held.
struct RecordHeader {
  let length: UInt32
  let number: UInt64
  let payloadChecksum: UInt32

  init?(_ bytes: ArraySlice<UInt8>) {
    let base = bytes.startIndex
    guard bytes.count == Int(LogFormat.recordHeaderSize) else { return nil }
    func integer<Value: FixedWidthInteger>(_ offset: Int, _ type: Value.Type) -> Value {
      bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
    }
    guard CRC32C.checksum(bytes[base..<base + 16]) == integer(16, UInt32.self) else { return nil }
    length = integer(0, UInt32.self)
    number = integer(4, UInt64.self)
    payloadChecksum = integer(12, UInt32.self)
  }
}
