/// Thirty-two bytes: a hash, a root or a digest. Stored as four words, most significant first, so that comparing words
/// compares bytes.
@frozen public struct Hash32: Sendable, Hashable, Comparable {
  public var word0: UInt64
  public var word1: UInt64
  public var word2: UInt64
  public var word3: UInt64

  @inlinable public init(word0: UInt64, word1: UInt64, word2: UInt64, word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// All bytes zero: the empty subtree, and "no hash yet".
  @inlinable public static var zero: Hash32 { Hash32(word0: 0, word1: 0, word2: 0, word3: 0) }

  /// Nil unless there are exactly 32 bytes.
  @inlinable public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self = .zero
    var index = 0
    for byte in bytes {
      let shift = UInt64(56 - 8 * (index & 7))
      switch index >> 3 {
      case 0: word0 |= UInt64(byte) << shift
      case 1: word1 |= UInt64(byte) << shift
      case 2: word2 |= UInt64(byte) << shift
      default: word3 |= UInt64(byte) << shift
      }
      index += 1
    }
  }

  @inlinable public func append(to bytes: inout [UInt8]) {
    let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
    withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) }
  }

  @inlinable public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(32)
    append(to: &result)
    return result
  }

  /// Bit `depth` counted from the most significant bit of the first byte; `depth` is 0 to 255.
  @inlinable public func bit(_ depth: Int) -> Bool {
    let word: UInt64
    switch depth >> 6 {
    case 0: word = word0
    case 1: word = word1
    case 2: word = word2
    default: word = word3
    }
    return (word >> UInt64(63 - (depth & 63))) & 1 == 1
  }

  @inlinable public static func < (left: Hash32, right: Hash32) -> Bool {
    if left.word0 != right.word0 { return left.word0 < right.word0 }
    if left.word1 != right.word1 { return left.word1 < right.word1 }
    if left.word2 != right.word2 { return left.word2 < right.word2 }
    return left.word3 < right.word3
  }
}

/// A twenty-byte account address. Order is byte order.
@frozen public struct Address: Sendable, Hashable, Comparable {
  public var word0: UInt64
  public var word1: UInt64
  public var word2: UInt32

  @inlinable public init(word0: UInt64, word1: UInt64, word2: UInt32) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
  }

  @inlinable public static var zero: Address { Address(word0: 0, word1: 0, word2: 0) }

  /// Nil unless there are exactly 20 bytes.
  @inlinable public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == 20 else { return nil }
    self = .zero
    var index = 0
    for byte in bytes {
      if index < 8 {
        word0 |= UInt64(byte) << UInt64(56 - 8 * index)
      } else if index < 16 {
        word1 |= UInt64(byte) << UInt64(56 - 8 * (index - 8))
      } else {
        word2 |= UInt32(byte) << UInt32(24 - 8 * (index - 16))
      }
      index += 1
    }
  }

  @inlinable public func append(to bytes: inout [UInt8]) {
    let words = (word0.bigEndian, word1.bigEndian, word2.bigEndian)
    withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) }
  }

  @inlinable public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(20)
    append(to: &result)
    return result
  }

  @inlinable public static func < (left: Address, right: Address) -> Bool {
    if left.word0 != right.word0 { return left.word0 < right.word0 }
    if left.word1 != right.word1 { return left.word1 < right.word1 }
    return left.word2 < right.word2
  }
}
