public import Quantities

/// An element of the field over p = 2^251 + 17 * 2^192 + 1, over which the Stark curve lies. Not constant-time.
///
/// Kept as x * 2^256 mod p (Montgomery's form). With h = 2^59 + 17 the prime is h * 2^192 + 1, whose inverse modulo
/// 2^256 is 1 - h * 2^192: a reduction costs four word products.
public struct StarkElement: Sendable, Hashable {
  public static let prime: UInt256 = 0x0800_0000_0000_0011_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0001
  private static let factor: UInt64 = 0x0800_0000_0000_0011
  /// 2^512 mod p.
  private static let entry: UInt256 = 0x07ff_d4ab_5e00_8810_ffff_ffff_ff6f_8000_0000_0001_330f_ffff_ffff_fd73_7e00_0401
  public static let zero = StarkElement(reduced: .zero)
  /// 2^256 mod p.
  public static let one = StarkElement(
    reduced: 0x07ff_ffff_ffff_fdf0_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffe1)

  private var reduced: UInt256

  private init(reduced: UInt256) { self.reduced = reduced }

  /// Nil from the prime upwards.
  public init?(_ value: UInt256) {
    guard value < Self.prime else { return nil }
    let (high, low) = value.multipliedFullWidth(by: Self.entry)
    reduced = Self.reduce(high, low)
  }

  /// A constant of the source below the prime.
  init(constant: UInt256) {
    precondition(constant < Self.prime, "A constant of the field is below its prime.")
    let (high, low) = constant.multipliedFullWidth(by: Self.entry)
    reduced = Self.reduce(high, low)
  }

  /// The whole number that the element stands for, below the prime.
  public var value: UInt256 { Self.reduce(.zero, reduced) }

  public var isZero: Bool { reduced.isZero }

  /// `(high * 2^256 + low) / 2^256` modulo p, for a number below p * 2^256.
  private static func reduce(_ high: UInt256, _ low: UInt256) -> UInt256 {
    // The multiple m of p that clears the low half: m = low * (h * 2^192 - 1).
    let top = low.word0 &* factor
    let word = UInt256(word0: 0, word1: 0, word2: 0, word3: top)
    let (m, borrow) = word.subtractingReportingOverflow(low)
    // low + m is `word`, or 2^256 more; m * h joins it 192 bits up, so that its lowest word only gives a carry.
    var (_, carry) = multiplyAdd(m.word0, factor, 0, 0)
    var sum = UInt256.zero
    (sum.word0, carry) = multiplyAdd(m.word1, factor, 0, carry)
    (sum.word1, carry) = multiplyAdd(m.word2, factor, 0, carry)
    (sum.word2, sum.word3) = multiplyAdd(m.word3, factor, 0, carry)
    let ones = UInt256((borrow ? 1 : 0) &+ (top != 0 ? 1 : 0) as UInt64)
    let result = high &+ sum &+ ones
    return result < prime ? result : result &- prime
  }

  static func + (left: StarkElement, right: StarkElement) -> StarkElement {
    let sum = left.reduced &+ right.reduced
    return StarkElement(reduced: sum < prime ? sum : sum &- prime)
  }

  static func - (left: StarkElement, right: StarkElement) -> StarkElement {
    let (difference, borrow) = left.reduced.subtractingReportingOverflow(right.reduced)
    return StarkElement(reduced: borrow ? difference &+ prime : difference)
  }

  static func * (left: StarkElement, right: StarkElement) -> StarkElement {
    let (high, low) = left.reduced.multipliedFullWidth(by: right.reduced)
    return StarkElement(reduced: reduce(high, low))
  }

  static prefix func - (value: StarkElement) -> StarkElement { zero - value }

  var squared: StarkElement { self * self }
  var doubled: StarkElement { self + self }

  func raised(to exponent: UInt256) -> StarkElement {
    var result = Self.one
    for bit in stride(from: exponent.significantBitCount - 1, through: 0, by: -1) {
      result = result.squared
      if !((exponent >> bit) & .one).isZero { result = result * self }
    }
    return result
  }

  /// Zero for zero.
  var inverse: StarkElement { raised(to: Self.prime &- 2) }

  /// Whether it is the square of an element other than zero.
  var isSquare: Bool { raised(to: (Self.prime &- 1) >> 1) == Self.one }
}
