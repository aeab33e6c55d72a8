/// A key of two fields; ordered by the first, then the second.
@frozen public struct Pair<First: FixedSizeTableKey, Second: FixedSizeTableKey>: FixedSizeTableKey {
  public var first: First
  public var second: Second

  @inlinable public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  @inlinable public static var keySize: Int { First.keySize + Second.keySize }

  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    first.encodeKey(into: &bytes)
    second.encodeKey(into: &bytes)
  }

  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard keyBytes.count == Self.keySize, let first = First(keyBytes: keyBytes.prefix(First.keySize)),
      let second = Second(keyBytes: keyBytes.dropFirst(First.keySize))
    else { return nil }
    self.init(first, second)
  }

  @inlinable public var hashWord: UInt64 { mixedWord(first.hashWord, second.hashWord) }

  @inlinable public static func == (left: Pair, right: Pair) -> Bool {
    left.first == right.first && left.second == right.second
  }

  @inlinable public static func < (left: Pair, right: Pair) -> Bool {
    if left.first != right.first { return left.first < right.first }
    return left.second < right.second
  }

  public var keyDescription: String { "\(first.keyDescription), \(second.keyDescription)" }
}

/// A key of three fields; ordered by the first, then the second, then the third.
@frozen
public struct Triple<
  First: FixedSizeTableKey, Second: FixedSizeTableKey, Third: FixedSizeTableKey
>: FixedSizeTableKey {
  public var first: First
  public var second: Second
  public var third: Third

  @inlinable public init(_ first: First, _ second: Second, _ third: Third) {
    self.first = first
    self.second = second
    self.third = third
  }

  @inlinable public static var keySize: Int { First.keySize + Second.keySize + Third.keySize }

  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    first.encodeKey(into: &bytes)
    second.encodeKey(into: &bytes)
    third.encodeKey(into: &bytes)
  }

  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard keyBytes.count == Self.keySize, let first = First(keyBytes: keyBytes.prefix(First.keySize)),
      let rest = Pair<Second, Third>(keyBytes: keyBytes.dropFirst(First.keySize))
    else { return nil }
    self.init(first, rest.first, rest.second)
  }

  @inlinable public var hashWord: UInt64 {
    mixedWord(mixedWord(first.hashWord, second.hashWord), third.hashWord)
  }

  @inlinable public static func == (left: Triple, right: Triple) -> Bool {
    left.first == right.first && left.second == right.second && left.third == right.third
  }

  @inlinable public static func < (left: Triple, right: Triple) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    return left.third < right.third
  }

  public var keyDescription: String {
    "\(first.keyDescription), \(second.keyDescription), \(third.keyDescription)"
  }
}
