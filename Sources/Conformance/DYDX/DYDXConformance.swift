public import ConformanceKit

/// The vector files of the dYdX room.
public enum DYDXConformance {
  public static let adapters: [ConformanceAdapter] = [
    signing, adapter("units_math", UnitsCases.table), adapter("margin", MarginCases.table),
    adapter("funding", FundingCases.table), adapter("liquidation", LiquidationCases.table),
    adapter("deleveraging", DeleveragingCases.table), adapter("vault", VaultCases.table),
    adapter("fees_rewards", FeeCases.table),
    adapter("prices", PriceCases.table),
    adapter("replay_nonce", NonceCases.table),
    adapter("subaccount_updates", UpdateCases.table), adapter("matching", MatchingCases.table),
    adapter("process_operations", EngineCases.operations), adapter("twap_conditional", TriggerCases.table), stark,
  ]

  /// `tx_signing*.json`: lists of cases by kind.
  static let signing = ConformanceAdapter(
    family: "dydx", handles: { ($0.split(separator: "/").last ?? "").hasPrefix("tx_signing") },
    run: { SigningCases($0).document.run($0) }, answer: { SigningCases($0).document.answer($0) })

  /// `v3_starkex*.json`: lists of cases, and tables of assets.
  static let stark = ConformanceAdapter(
    family: "dydx", handles: { ($0.split(separator: "/").last ?? "").hasPrefix("v3_starkex") }, run: StarkCases.run,
    answer: StarkCases.answer)

  /// Files are told by how their names begin, so that parts of one kind may stand in several.
  private static func adapter(_ name: String, _ table: TestTable) -> ConformanceAdapter {
    ConformanceAdapter(
      family: "dydx", handles: { ($0.split(separator: "/").last ?? "").hasPrefix(name) }, run: { table.run($0) },
      answer: { table.answer($0) })
  }
}
