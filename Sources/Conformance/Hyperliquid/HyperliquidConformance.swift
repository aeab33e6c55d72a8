public import ConformanceKit

/// The vector files of the Hyperliquid room.
public enum HyperliquidConformance {
  public static let adapters: [ConformanceAdapter] = [signing, funding]

  /// `signing*.json`: lists of cases by kind.
  static let signing = ConformanceAdapter(
    family: "hyperliquid", handles: { $0.hasPrefix("signing") },
    run: { SigningCases.document($0).run($0) }, answer: { SigningCases.document($0).answer($0) })

  /// `funding_*.json`: real (premium, fundingRate) pairs.
  static let funding = ConformanceAdapter(
    family: "hyperliquid", handles: { $0.hasPrefix("funding") },
    run: { FundingCases.run($0) }, answer: { FundingCases.answer($0) })
}
