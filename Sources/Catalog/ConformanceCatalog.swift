import ConformanceChain
import ConformanceHyperliquid
public import ConformanceKit

/// Every adapter of vector files.
public enum ConformanceCatalog {
  public static let adapters: [ConformanceAdapter] = HyperliquidConformance.adapters + ChainConformance.adapters
  public static let suite = ConformanceSuite(adapters: adapters)
}
