public import Quantities

/// A signed integer of any size, as the chain's own arithmetic has; for exact rationals, whose products pass 256 bits.
///
/// Sizes grow only with the operands, which are of bounded width everywhere in the room.
public struct WideInteger: Sendable, Hashable {
  /// The size in words of 32 bits, the least first, without leading zero words; empty for zero.
  var words: [UInt32]
  /// Never set for zero.
  public private(set) var isNegative: Bool

  init(words: [UInt32], isNegative: Bool) {
    var words = words
    while words.last == 0 { words.removeLast() }
    self.words = words
    self.isNegative = isNegative && !words.isEmpty
  }

  public init(_ value: Int256) {
    let size = value.magnitude
    let parts = [size.word0, size.word1, size.word2, size.word3]
    self.init(
      words: parts.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 &>> 32)] },
      isNegative: value.isNegative)
  }

  public static var zero: WideInteger { WideInteger(words: [], isNegative: false) }
  public static var one: WideInteger { WideInteger(words: [1], isNegative: false) }

  public var isZero: Bool { words.isEmpty }
  public var magnitude: WideInteger { WideInteger(words: words, isNegative: false) }
  public var negated: WideInteger { WideInteger(words: words, isNegative: !isNegative) }
  public func signum() -> Int { isZero ? 0 : isNegative ? -1 : 1 }

  /// The same number; throws `.overflow` outside -2^255...2^255-1.
  public func narrowed() throws(ArithmeticError) -> Int256 {
    guard words.count <= 8 else { throw .overflow }
    func part(_ index: Int) -> UInt64 {
      let low = 2 * index < words.count ? UInt64(words[2 * index]) : 0
      let high = 2 * index + 1 < words.count ? UInt64(words[2 * index + 1]) : 0
      return high &<< 32 | low
    }
    let size = UInt256(word0: part(0), word1: part(1), word2: part(2), word3: part(3))
    guard let result = Int256(magnitude: size, negative: isNegative) else { throw .overflow }
    return result
  }
}

extension WideInteger: Comparable {
  public static func < (left: WideInteger, right: WideInteger) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? isLess(right.words, left.words) : isLess(left.words, right.words)
  }

  static func isLess(_ left: [UInt32], _ right: [UInt32]) -> Bool {
    if left.count != right.count { return left.count < right.count }
    for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
    return false
  }
}

extension WideInteger {
  public static func + (left: WideInteger, right: WideInteger) -> WideInteger {
    if left.isNegative == right.isNegative {
      return WideInteger(words: sum(left.words, right.words), isNegative: left.isNegative)
    }
    if isLess(left.words, right.words) {
      return WideInteger(words: difference(right.words, left.words), isNegative: right.isNegative)
    }
    return WideInteger(words: difference(left.words, right.words), isNegative: left.isNegative)
  }

  public static func - (left: WideInteger, right: WideInteger) -> WideInteger { left + right.negated }

  public static func * (left: WideInteger, right: WideInteger) -> WideInteger {
    var result = [UInt32](repeating: 0, count: left.words.count + right.words.count)
    for (offset, word) in left.words.enumerated() {
      var carry: UInt64 = 0
      for (index, other) in right.words.enumerated() {
        let value = UInt64(word) * UInt64(other) + UInt64(result[offset + index]) + carry
        result[offset + index] = UInt32(truncatingIfNeeded: value)
        carry = value &>> 32
      }
      result[offset + right.words.count] = UInt32(truncatingIfNeeded: carry)
    }
    return WideInteger(words: result, isNegative: left.isNegative != right.isNegative)
  }

  private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var carry: UInt64 = 0
    for index in 0..<max(left.count, right.count) {
      carry += (index < left.count ? UInt64(left[index]) : 0) + (index < right.count ? UInt64(right[index]) : 0)
      result.append(UInt32(truncatingIfNeeded: carry))
      carry &>>= 32
    }
    result.append(UInt32(truncatingIfNeeded: carry))
    return result
  }

  /// `left` is not the less.
  private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result = left
    var borrow: Int64 = 0
    for index in left.indices {
      let value = Int64(left[index]) - (index < right.count ? Int64(right[index]) : 0) - borrow
      borrow = value < 0 ? 1 : 0
      result[index] = UInt32(truncatingIfNeeded: value)
    }
    return result
  }
}
