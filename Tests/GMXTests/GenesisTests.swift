import Canonical
import Foundation
import GMX
import Quantities
import Testing
import VenueKit

@Suite struct GenesisTests {
  private func preset() throws -> JSONValue {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try #require(FileManager.default.contents(atPath: root.path + "/Genesis/gmx/arbitrum.json"))
    return try JSONValue(parsing: [UInt8](data))
  }

  /// The shipped parameters load, and a figure of each kind stands where the rules look for it.
  @Test func presetLoads() throws {
    let genesis = try GMXGenesis(preset())
    let state = genesis.state()
    #expect(genesis.markets.map(\.name) == ["ETH", "BTC", "DOGE"])
    #expect(state.settings[StoreKey(.minCollateralUSD)] == 1_000_000_000_000_000_000_000_000_000_000)
    #expect(state.settings[StoreKey(.maxPoolAmount, 2, token: 3)] == 220_000_000_000)
    let profit = StoreKey(.maxPnLFactor, 1, flag: true, number: UInt64(ProfitCap.withdrawals.rawValue))
    #expect(state.settings[profit] == 700_000_000_000_000_000_000_000_000_000)
  }

  /// A mistyped setting is an error which names its place.
  @Test func unknownSettingsAreRefused() throws {
    let document: JSONValue = [
      "tokens": ["WETH": 18], "settings": ["MIN_COLLATERAL": "1"], "markets": .object([]),
    ]
    let error = #expect(throws: GenesisError.self) { try GMXGenesis(document) }
    #expect(error?.path == "settings.MIN_COLLATERAL")
  }
}
