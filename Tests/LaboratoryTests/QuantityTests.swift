import Agents
import Testing
import VenueKit

@testable import Laboratory

@Suite struct QuantityTests {
  private func read(_ text: String, _ kind: ParameterKind) throws -> Int128 {
    try QuantityText.read(.text(text), as: kind)
  }

  @Test("Quantities are exact, and what is written is read back")
  func exact() throws {
    #expect(try read("10_000.5 USDC", .money) == 10_000_500_000_000_000)
    #expect(try read("15 %", .ratio) == 150_000_000_000)
    #expect(try read("5bp", .ratio) == 500_000_000)
    #expect(try read("1.5h", .duration) == 5_400_000)
    #expect(try read("2 /min", .rate) == 120 * CommonScale.one)
    #expect(try read("12.5x", .leverage) == 12_500_000_000_000)
    let samples: [(Int128, ParameterKind)] = [
      (1, .money), (123_456_789, .ratio), (1, .duration), (86_400_000, .duration), (0, .duration), (7, .count),
      (1, .choice(["long", "short"])), (-55, .ratio),
    ]
    for (value, kind) in samples {
      #expect(try read(QuantityText.write(value, as: kind), kind) == value)
    }
  }

  @Test("Times are read and written by hand, leap days included")
  func times() {
    #expect(TimeText.read("1970-01-01T00:00:00Z") == 0)
    #expect(TimeText.read("2025-10-10T20:30:00.25Z") == 1_760_128_200_250)
    for text in ["2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "2025-10-10T20:30:00.250Z", "9999-12-31T23:59:59Z"] {
      #expect(TimeText.read(text).map(TimeText.write) == text)
    }
    for text in [
      "2025-02-29T00:00:00Z", "2025-10-10T24:00:00Z", "2025-10-10 20:30:00Z", "2025-10-10T20:30:00+01:00", "now",
    ] {
      #expect(TimeText.read(text) == nil)
    }
  }

  @Test("A resolved scenario reads back as the same scenario and the same text")
  func resolved() throws {
    let more = """
      shocks: [{at: 1min, market: BTC, move: -5 %, over: 60s}, {at: 2min, silence: BTC, for: 9s}]
      assertions: [{metric: ledger-gap, compare: "=", value: 0 USDC}]
      """
    let root = try YAMLReading.read(Fixture.scenario(venues: ["b", "a"], more: more), file: "x")
    let scenario = try ScenarioReader(rooms: []).read(root)
    let again = try ScenarioReader(rooms: []).read(YAMLReading.read(scenario.resolvedText, file: "y"))
    #expect(again == scenario)
    #expect(again.resolvedText == scenario.resolvedText)
    #expect(scenario.venues.map(\.name) == ["a", "b"])
  }
}
