import BigInt
import Quantities
import Testing

@Suite struct DecimalTests {
  static func refusal(_ text: String, _ scale: Int) -> DecimalError? {
    do {
      _ = try parseDecimal(text, scale: scale)
      return nil
    } catch { return error }
  }

  /// Numbers are read exactly, in units of the scale.
  @Test func readsExactly() throws {
    #expect(try parseDecimal("-1.25", scale: 4) == -12500)
    #expect(try parseDecimal("0", scale: 0) == 0)
    #expect(try parseDecimal("-0.0", scale: 1) == 0)
    #expect(try parseDecimal("007.5", scale: 1) == 75)
    #expect(try parseDecimal(utf8: [0x31, 0x2E, 0x35], scale: 2) == 150)
    #expect(try parseDecimal("170141183460469231731687303715884105727", scale: 0) == .max)
    #expect(try parseDecimal("-170141183460469231731.687303715884105728", scale: 18) == .min)
    #expect(try parseDecimal(String(repeating: "0", count: 500) + "1", scale: 2) == 100)
  }

  /// Every refusal names its rule.
  @Test func refusesWithTheRule() {
    let expected: [(String, DecimalError)] = [
      ("", .empty), ("-", .missingDigits), (".", .missingDigits), (".5", .missingDigits), ("5.", .missingDigits),
      ("-.5", .missingDigits), ("1.123", .tooManyFractionDigits(limit: 2)), ("1.100", .tooManyFractionDigits(limit: 2)),
      ("+1", .leadingPlus), ("--1", .misplacedSign), ("-+1", .misplacedSign), ("1-", .misplacedSign),
      ("1.2.3", .repeatedPoint), ("1..2", .repeatedPoint), ("1e5", .exponent), ("1E5", .exponent), (" 1", .whitespace),
      ("1 ", .whitespace), ("1\n", .whitespace), ("\t1", .whitespace), ("1,5", .invalidCharacter(0x2C)),
      ("0x10", .invalidCharacter(0x78)), ("NaN", .invalidCharacter(0x4E)), ("1_000", .invalidCharacter(0x5F)),
      ("170141183460469231731687303715884105728", .overflow), ("9999999999999999999999999999999999999.99", .overflow),
      ("-170141183460469231731687303715884105729", .overflow),
    ]
    for (text, error) in expected { #expect(Self.refusal(text, 2) == error, "\(text)") }
    #expect(Self.refusal("1.0", 0) == .tooManyFractionDigits(limit: 0))
    #expect(Self.refusal(String(repeating: "9", count: 100_000), 0) == .overflow)
  }

  /// Format and parse are inverse for all three types, any scale, trimmed or not, and never write a zero too many.
  @Test func roundTrips() throws {
    var generator = OperandGenerator(state: 31)
    for _ in 0..<3_000 {
      let (narrow, wide, signed) = (generator.narrow(), generator.wide(), generator.signed())
      let scale = generator.below(39)
      let minimum = generator.below(scale + 1)
      let trimming = generator.below(2) == 0
      let text = formatDecimal(narrow, scale: scale, minimumFractionDigits: minimum, trimmingZeros: trimming)
      #expect(try parseDecimal(text, scale: scale) == narrow)
      let fraction = text.split(separator: ".").dropFirst().first ?? ""
      #expect(fraction.count >= minimum && fraction.count <= scale)
      #expect(trimming ? fraction.count == minimum || fraction.last != "0" : fraction.count == scale)
      let wideScale = generator.below(78)
      #expect(try parseDecimalUInt256(formatDecimal(wide, scale: wideScale), scale: wideScale) == wide)
      #expect(try parseDecimalInt256(formatDecimal(signed, scale: wideScale), scale: wideScale) == signed)
    }
  }

  /// Known texts.
  @Test func formatsKnownTexts() {
    #expect(formatDecimal(Int128(-12500), scale: 4) == "-1.25")
    #expect(formatDecimal(Int128(-12500), scale: 4, trimmingZeros: false) == "-1.2500")
    #expect(formatDecimal(Int128(-12500), scale: 4, minimumFractionDigits: 3) == "-1.250")
    #expect(formatDecimal(Int128(5), scale: 3) == "0.005")
    #expect(formatDecimal(Int128(0), scale: 3) == "0")
    #expect(formatDecimal(Int128(0), scale: 3, minimumFractionDigits: 1) == "0.0")
    #expect(formatDecimal(Int128(7), scale: 0, minimumFractionDigits: 2) == "7.00")
    #expect(formatDecimal(Int128.min, scale: 18) == "-170141183460469231731.687303715884105728")
    #expect(formatDecimal(UInt256.max, scale: 77).hasPrefix("1.1579208923731619542"))
  }

  /// The 256-bit readers refuse beyond their ranges and a minus before an unsigned number.
  @Test func wideReadersKeepTheirRanges() throws {
    let top = Oracle.maxUInt256
    #expect(try parseDecimalUInt256(top.description, scale: 0) == .max)
    #expect(throws: DecimalError.overflow) { try parseDecimalUInt256((top + 1).description, scale: 0) }
    #expect(throws: DecimalError.overflow) { try parseDecimalUInt256("-1", scale: 0) }
    #expect(try parseDecimalUInt256("-0", scale: 0) == .zero)
    #expect(throws: DecimalError.overflow) { try parseDecimalUInt256("2", scale: 77) }
    #expect(try parseDecimalInt256(Oracle.minInt256.description, scale: 0) == .min)
    #expect(throws: DecimalError.overflow) { try parseDecimalInt256((-Oracle.minInt256).description, scale: 0) }
  }
}
