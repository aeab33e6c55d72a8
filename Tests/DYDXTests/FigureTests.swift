import Canonical
import DYDX
import Quantities
import Testing

@Suite struct FigureTests {
  @Test("The worked examples of the rules come out")
  func workedExamples() throws {
    let price = MarketPrice(price: 5_000_000_000, exponent: -5)
    #expect(try Units.baseToQuote(10_000_000_000, atomicResolution: -10, at: price) == 50_000_000_000)
    #expect(try Funding.indexDelta(ratePpm: 100, seconds: 3_600, atomicResolution: -10, at: price) == 62)
    let tier = LiquidityTier(initialMarginPpm: 20_000, maintenanceFractionPpm: 600_000)
    #expect(try tier.maintenanceRequirement(notional: 50_000_000_000) == 600_000_000)
    #expect(try tier.maintenanceRequirement(notional: 1) == 1)
    #expect(try Integers.median([-9, 2]) == -4 && Integers.median([-4, 5]) == 1)
  }

  @Test("Signed integers come back from their bytes, and no number has two forms")
  func serializableIntegers() {
    for value: Int256 in [0, 1, -1, 255, -256, .max, .min] {
      #expect(SerializableInteger.value(SerializableInteger.bytes(value)) == value)
    }
    #expect(SerializableInteger.value([3]) == nil && SerializableInteger.value([2, 0, 1]) == nil)
    #expect(SerializableInteger.value([UInt8]()) == nil && SerializableInteger.value([4, 1]) == nil)
  }

  @Test("Bytes cut anywhere and bytes changed anywhere are refused or read, but never crash")
  func brokenBytes() {
    var order = Order(
      id: OrderID(subaccount: SubaccountID(owner: "dydx1", number: 3), clientID: 7, flags: 64, clobPair: 1))
    order.goodTil = .time(0)
    order.timeWeighting = Order.TimeWeighting()
    let bytes = order.bytes
    #expect((try? Order(bytes: bytes)) == order)
    for length in bytes.indices { _ = try? Order(bytes: Array(bytes[..<length])) }
    for index in bytes.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var other = bytes
        other[index] = value
        _ = try? Order(bytes: other)
        _ = try? CosmosTransaction(bytes: other)
      }
    }
  }
}
