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

  /// The shipped vault of market tokens stands with its markets, its limits and its state keys.
  @Test func vaultsLoad() throws {
    let venue = try GMXVenue(genesis: preset(), chainID: "test")
    let state = venue.genesisState()
    #expect(state.glvs[1] == GLVRecord(longToken: 1, shortToken: 2, markets: [1, 3]))
    #expect(state.settings[StoreKey(.glvShiftMinInterval, 1)] == 1_800)
    #expect(
      state.settings[StoreKey(.glvMaxMarketTokenBalanceUSD, 1, number: 3)]
        == 7_500_000_000_000_000_000_000_000_000_000_000_000)
    #expect(state.settings[StoreKey(.maxAtomicOraclePriceAge)] == 30)
  }

  /// Markets of a vault share both tokens, and its settings name markets that are there.
  @Test func brokenVaultsAreRefused() throws {
    func place(_ vault: JSONValue) throws -> String? {
      let document = try preset().replacing("glvs", ["V": vault])
      let error = #expect(throws: GenesisError.self) { try GMXGenesis(document) }
      return error?.path
    }
    #expect(try place(["markets": ["ETH", "BTC"]]) == "glvs.V.markets")
    #expect(try place(["markets": ["ETH", "ETH"]]) == "glvs.V.markets")
    #expect(try place(["markets": .array([])]) == "glvs.V.markets")
    #expect(try place(["markets": ["ETH"], "settings": ["GLV_SHIFT": "1"]]) == "glvs.V.settings.GLV_SHIFT")
    #expect(
      try place(["markets": ["ETH"], "settings": ["IS_GLV_MARKET_DISABLED/XRP": "1"]])
        == "glvs.V.settings.IS_GLV_MARKET_DISABLED/XRP")
  }
}
