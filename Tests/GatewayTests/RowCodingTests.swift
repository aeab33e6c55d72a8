import Canonical
import Testing

@testable import HyperliquidGateway

@Suite struct RowCodingTests {
  private static let ones = [UInt8](repeating: 0xff, count: 17)
  private static let figures: [(Int128, [UInt8])] = [
    (0, [0]), (1, [2]), (-1, [1]), (63, [0x7e]), (64, [0x80, 1]), (100, [0xc8, 1]),
    (Int128(Int64.max), [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
    (Int128.max, [0xfe] + ones + [3]), (Int128.min, [0xff] + ones + [3]),
  ]

  @Test(arguments: figures)
  func figuresTakeAsManyBytesAsTheyNeed(figure: Int128, bytes: [UInt8]) throws {
    var encoder = CanonicalEncoder()
    encoder.encode(figure: figure)
    #expect(encoder.bytes == bytes)
    var decoder = CanonicalDecoder(bytes)
    #expect(try decoder.decodeFigure() == figure)
  }

  @Test func figuresComeBack() throws {
    var generator = SplitMix(state: 5)
    for shift in 0..<128 {
      let figure = Int128(truncatingIfNeeded: UInt128(generator.next()) << 64 | UInt128(generator.next())) >> shift
      var encoder = CanonicalEncoder()
      encoder.encode(figure: figure)
      var decoder = CanonicalDecoder(encoder.bytes)
      #expect(try decoder.decodeFigure() == figure)
    }
  }

  private static let broken: [[UInt8]] = [[0xff] + ones + [4], [0x80], [UInt8](repeating: 0x80, count: 40)]

  @Test(arguments: broken)
  func refusesWhatIsNoFigure(bytes: [UInt8]) {
    #expect(throws: CanonicalError.self) {
      var decoder = CanonicalDecoder(bytes)
      _ = try decoder.decodeFigure()
    }
  }
}
