public import Canonical

/// A key of a table. The order of `<` is the byte order of `encodeKey`, so that a sorted export of keys and a sorted
/// export of their bytes are the same list.
public protocol TableKey: Sendable, Comparable {
  /// Appends the key's fields, each big-endian and of fixed width.
  func encodeKey(into bytes: inout [UInt8])

  /// The key that `encodeKey` wrote; nil for any other bytes.
  init?(keyBytes: ArraySlice<UInt8>)

  /// Sixty-four well mixed bits of the key, equal in every process and on every machine. It places the key in the
  /// table's index and shows in no result.
  var hashWord: UInt64 { get }

  /// The key as a person reads it, for messages: `17`, or `0xab..., 3`.
  var keyDescription: String { get }
}

extension TableKey {
  public var keyDescription: String { "\(self)" }
}

/// A key whose encoding always has the same length, so that it can be a part of a longer key.
public protocol FixedSizeTableKey: TableKey {
  /// Bytes that `encodeKey` writes.
  static var keySize: Int { get }
}

/// Spreads the bits of a word (a multiply-and-shift finalizer); for `hashWord` of conformers.
@inlinable public func mixedWord(_ word: UInt64) -> UInt64 {
  var mixed = word &+ 0x9E37_79B9_7F4A_7C15
  mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
  return mixed ^ (mixed >> 31)
}

/// Folds a second word into a mixed one; the order of the two matters.
@inlinable public func mixedWord(_ first: UInt64, _ second: UInt64) -> UInt64 {
  mixedWord(mixedWord(first) &+ second)
}

/// Reads a big-endian integer that fills `bytes`; nil when the length differs.
@inlinable func bigEndianInteger<Value: FixedWidthInteger & UnsignedInteger>(_ bytes: ArraySlice<UInt8>) -> Value? {
  guard bytes.count == MemoryLayout<Value>.size else { return nil }
  var value: Value = 0
  for byte in bytes { value = (value &<< 8) | Value(truncatingIfNeeded: byte) }
  return value
}

/// Writes an integer big-endian.
@inlinable func appendBigEndian(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
}

extension FixedSizeTableKey where Self: FixedWidthInteger & UnsignedInteger {
  @inlinable public static var keySize: Int { MemoryLayout<Self>.size }
  @inlinable public func encodeKey(into bytes: inout [UInt8]) { appendBigEndian(self, to: &bytes) }
  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard let value: Self = bigEndianInteger(keyBytes) else { return nil }
    self = value
  }
  @inlinable public var hashWord: UInt64 { mixedWord(UInt64(truncatingIfNeeded: self)) }
}

extension UInt8: FixedSizeTableKey {}
extension UInt16: FixedSizeTableKey {}
extension UInt32: FixedSizeTableKey {}
extension UInt64: FixedSizeTableKey {}

/// Signed keys are written with their sign bit flipped, which puts negative numbers before the others in byte order.
extension Int64: FixedSizeTableKey {
  @inlinable public static var keySize: Int { 8 }
  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    appendBigEndian(UInt64(bitPattern: self) ^ (1 << 63), to: &bytes)
  }
  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard let value: UInt64 = bigEndianInteger(keyBytes) else { return nil }
    self = Int64(bitPattern: value ^ (1 << 63))
  }
  @inlinable public var hashWord: UInt64 { mixedWord(UInt64(bitPattern: self)) }
}

extension Address: FixedSizeTableKey {
  @inlinable public static var keySize: Int { 20 }
  @inlinable public func encodeKey(into bytes: inout [UInt8]) { append(to: &bytes) }
  @inlinable public init?(keyBytes: ArraySlice<UInt8>) { self.init(keyBytes) }
  @inlinable public var hashWord: UInt64 { mixedWord(mixedWord(word0, word1), UInt64(word2)) }
  public var keyDescription: String { "0x" + hexadecimal(bytes) }
}

extension Hash32: FixedSizeTableKey {
  @inlinable public static var keySize: Int { 32 }
  @inlinable public func encodeKey(into bytes: inout [UInt8]) { append(to: &bytes) }
  @inlinable public init?(keyBytes: ArraySlice<UInt8>) { self.init(keyBytes) }
  @inlinable public var hashWord: UInt64 { mixedWord(mixedWord(word0, word1), mixedWord(word2, word3)) }
  public var keyDescription: String { "0x" + hexadecimal(bytes) }
}

/// Lower-case hexadecimal digits of `bytes`.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits: [Character] = Array("0123456789abcdef")
  var text = ""
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return text
}
