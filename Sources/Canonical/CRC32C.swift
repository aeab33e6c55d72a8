/// CRC-32C (Castagnoli): reflected polynomial `82F63B78`, start and final exclusive-or `FFFFFFFF`. The checksum of the
/// nine bytes "123456789" is `E3069283`.
@frozen public struct CRC32C: Sendable, Equatable {
  @usableFromInline var state: UInt32

  @inlinable public init() { state = .max }

  /// The checksum of what was added so far.
  @inlinable public var value: UInt32 { ~state }

  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  public static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = CRC32C()
    bytes.withUnsafeBytes { crc.update($0) }
    return crc.value
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Eight bytes a step through eight tables, the rest byte by byte.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let tables = CRC32CTables.words
    var crc = state
    tables.withUnsafeBufferPointer { table in
      var offset = 0
      while offset + 8 <= bytes.count {
        let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) ^ crc
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
        crc =
          table[1792 + Int(low & 255)] ^ table[1536 + Int(low >> 8 & 255)]
          ^ table[1280 + Int(low >> 16 & 255)] ^ table[1024 + Int(low >> 24)]
          ^ table[768 + Int(high & 255)] ^ table[512 + Int(high >> 8 & 255)]
          ^ table[256 + Int(high >> 16 & 255)] ^ table[Int(high >> 24)]
        offset += 8
      }
      while offset < bytes.count {
        crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[offset])) & 255)]
        offset += 1
      }
    }
    state = crc
  }
}

enum CRC32CTables {
  /// Table `k` starts at `256 * k` and carries a byte over `k` further zero bytes.
  static let words: [UInt32] = {
    var words = [UInt32](repeating: 0, count: 2048)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      words[byte] = crc
    }
    for index in 256..<2048 {
      let before = words[index - 256]
      words[index] = before >> 8 ^ words[Int(before & 255)]
    }
    return words
  }()
}
