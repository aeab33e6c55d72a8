import GMX
import Quantities
import Testing

@Suite struct PowerTests {
  static let one: UInt256 = 1_000_000_000_000_000_000_000_000_000_000

  /// The power function gives the contracts' figures, which are a little low, and is exact for the exponent one.
  @Test func powersAreTheContracts() throws {
    let two: UInt256 = 2_000_000_000_000_000_000_000_000_000_000
    let half: UInt256 = 1_500_000_000_000_000_000_000_000_000_000
    let million: UInt256 = 1_000_000_000_000_000_000_000_000_000_000_000_000
    let ten: UInt256 = 10_000_000_000_000_000_000_000_000_000_000
    #expect(try ExponentFactor.apply(ten, exponent: half) == 31_622_776_601_683_792_862_000_000_000_000)
    #expect(try ExponentFactor.apply(million, exponent: Self.one) == million)
    #expect(try ExponentFactor.apply(Self.one &- 1, exponent: two) == 0)
    #expect(try ExponentFactor.apply(Self.one, exponent: two) == Self.one)
  }

  /// Numbers beyond the function's range are refused by the name and figure of the contracts.
  @Test func largePowersAreRefused() throws {
    let base = try #require(UInt256("5207764307864129916941995782506611824656384627648021381745"))
    let exponent: UInt256 = 2_200_000_000_000_000_000_000_000_000_000
    let revert = #expect(throws: Revert.self) { try ExponentFactor.apply(base, exponent: exponent) }
    #expect(revert?.error == .exp2InputTooBig)
    #expect(revert?.arguments == [NamedFigure("x", .unsigned(202_559_989_981_109_665_839))])
  }
}
