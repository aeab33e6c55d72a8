/// An unsigned integer of 256 bits, 0...2^256-1: four 64-bit words, the least significant first.
///
/// Checked operations throw `ArithmeticError`; the wrapping ones (`&+`, `&-`, `&*`) keep the low 256 bits. There are no
/// trapping `+ - * /`, so that no input can stop the process.
@frozen public struct UInt256: Sendable, Hashable {
  public var word0: UInt64
  public var word1: UInt64
  public var word2: UInt64
  public var word3: UInt64

  /// The number with these 64-bit words, the least significant first.
  @inlinable @inline(__always)
  public init(word0: UInt64, word1: UInt64, word2: UInt64, word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// `high * 2^128 + low`.
  @inlinable @inline(__always)
  public init(low: UInt128, high: UInt128) {
    self.init(
      word0: UInt64(truncatingIfNeeded: low), word1: UInt64(truncatingIfNeeded: low &>> 64),
      word2: UInt64(truncatingIfNeeded: high), word3: UInt64(truncatingIfNeeded: high &>> 64))
  }

  /// The low 128 bits.
  @inlinable @inline(__always)
  public var low: UInt128 { UInt128(truncatingIfNeeded: word0) | (UInt128(truncatingIfNeeded: word1) &<< 64) }

  /// The high 128 bits.
  @inlinable @inline(__always)
  public var high: UInt128 { UInt128(truncatingIfNeeded: word2) | (UInt128(truncatingIfNeeded: word3) &<< 64) }

  @inlinable public static var zero: UInt256 { UInt256(word0: 0, word1: 0, word2: 0, word3: 0) }
  @inlinable public static var one: UInt256 { UInt256(word0: 1, word1: 0, word2: 0, word3: 0) }
  @inlinable public static var min: UInt256 { zero }
  @inlinable public static var max: UInt256 { UInt256(word0: .max, word1: .max, word2: .max, word3: .max) }
  @inlinable public static var bitWidth: Int { 256 }

  @inlinable @inline(__always)
  public var isZero: Bool { (word0 | word1 | word2 | word3) == 0 }
}

extension UInt256: Comparable {
  @inlinable @inline(__always)
  public static func < (left: UInt256, right: UInt256) -> Bool {
    left.high < right.high || (left.high == right.high && left.low < right.low)
  }
}

extension UInt256: ExpressibleByIntegerLiteral {
  /// A literal of any size; one that is negative or beyond 2^256-1 is a mistake in the source and stops the process.
  @inlinable public init(integerLiteral value: StaticBigInt) {
    precondition(value.signum() >= 0 && value.bitWidth <= 257, "A literal of UInt256 lies in 0...2^256-1.")
    self.init(
      word0: UInt64(value[0]), word1: UInt64(value[1]), word2: UInt64(value[2]), word3: UInt64(value[3]))
  }
}

extension UInt256 {
  /// The low 256 bits of the sum, and whether a bit was lost.
  @inlinable @inline(__always)
  public func addingReportingOverflow(_ other: UInt256) -> (partialValue: UInt256, overflow: Bool) {
    let (low, carry) = self.low.addingReportingOverflow(other.low)
    let (middle, first) = self.high.addingReportingOverflow(other.high)
    let (high, second) = middle.addingReportingOverflow(carry ? 1 : 0)
    return (UInt256(low: low, high: high), first || second)
  }

  /// The low 256 bits of the difference, and whether it was negative.
  @inlinable @inline(__always)
  public func subtractingReportingOverflow(_ other: UInt256) -> (partialValue: UInt256, overflow: Bool) {
    let (low, borrow) = self.low.subtractingReportingOverflow(other.low)
    let (middle, first) = self.high.subtractingReportingOverflow(other.high)
    let (high, second) = middle.subtractingReportingOverflow(borrow ? 1 : 0)
    return (UInt256(low: low, high: high), first || second)
  }

  /// All 512 bits of the product.
  @inlinable
  public func multipliedFullWidth(by other: UInt256) -> (high: UInt256, low: UInt256) {
    var (r0, r1, r2, r3): (UInt64, UInt64, UInt64, UInt64)
    var (r4, r5, r6, r7): (UInt64, UInt64, UInt64, UInt64)
    var carry: UInt64
    // Row by row: one word of `self` times all words of `other`, added to what stands.
    (r0, carry) = multiplyAdd(word0, other.word0, 0, 0)
    (r1, carry) = multiplyAdd(word0, other.word1, 0, carry)
    (r2, carry) = multiplyAdd(word0, other.word2, 0, carry)
    (r3, r4) = multiplyAdd(word0, other.word3, 0, carry)
    (r1, carry) = multiplyAdd(word1, other.word0, r1, 0)
    (r2, carry) = multiplyAdd(word1, other.word1, r2, carry)
    (r3, carry) = multiplyAdd(word1, other.word2, r3, carry)
    (r4, r5) = multiplyAdd(word1, other.word3, r4, carry)
    (r2, carry) = multiplyAdd(word2, other.word0, r2, 0)
    (r3, carry) = multiplyAdd(word2, other.word1, r3, carry)
    (r4, carry) = multiplyAdd(word2, other.word2, r4, carry)
    (r5, r6) = multiplyAdd(word2, other.word3, r5, carry)
    (r3, carry) = multiplyAdd(word3, other.word0, r3, 0)
    (r4, carry) = multiplyAdd(word3, other.word1, r4, carry)
    (r5, carry) = multiplyAdd(word3, other.word2, r5, carry)
    (r6, r7) = multiplyAdd(word3, other.word3, r6, carry)
    return (
      UInt256(word0: r4, word1: r5, word2: r6, word3: r7), UInt256(word0: r0, word1: r1, word2: r2, word3: r3)
    )
  }

  /// The low 256 bits of the product, and whether a bit was lost.
  @inlinable
  public func multipliedReportingOverflow(by other: UInt256) -> (partialValue: UInt256, overflow: Bool) {
    let (high, low) = multipliedFullWidth(by: other)
    return (low, !high.isZero)
  }

  /// The sum; throws `.overflow` beyond 2^256-1.
  @inlinable public func adding(_ other: UInt256) throws(ArithmeticError) -> UInt256 {
    let (result, overflow) = addingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The difference; throws `.overflow` when `other` is greater.
  @inlinable public func subtracting(_ other: UInt256) throws(ArithmeticError) -> UInt256 {
    let (result, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The product; throws `.overflow` beyond 2^256-1.
  @inlinable public func multiplied(by other: UInt256) throws(ArithmeticError) -> UInt256 {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .overflow }
    return result
  }

  @inlinable public static func &+ (left: UInt256, right: UInt256) -> UInt256 {
    left.addingReportingOverflow(right).partialValue
  }

  @inlinable public static func &- (left: UInt256, right: UInt256) -> UInt256 {
    left.subtractingReportingOverflow(right).partialValue
  }

  @inlinable public static func &* (left: UInt256, right: UInt256) -> UInt256 {
    left.multipliedFullWidth(by: right).low
  }
}

/// `x * y + addend + carry`, which always fits two words.
@inlinable @inline(__always)
package func multiplyAdd(_ x: UInt64, _ y: UInt64, _ addend: UInt64, _ carry: UInt64) -> (low: UInt64, high: UInt64) {
  let sum =
    UInt128(truncatingIfNeeded: x) &* UInt128(truncatingIfNeeded: y) &+ UInt128(truncatingIfNeeded: addend)
    &+ UInt128(truncatingIfNeeded: carry)
  return (UInt64(truncatingIfNeeded: sum), UInt64(truncatingIfNeeded: sum &>> 64))
}
