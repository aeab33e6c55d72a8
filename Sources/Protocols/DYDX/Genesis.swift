public import Canonical
import Ledger
import Quantities
import VenueKit

/// A chain's beginning: parameters, markets and the insurance fund's money. Amounts of dollars are decimals, sizes and
/// prices the chain's own integers.
public struct DYDXGenesis: Sendable {
  public struct Market: Sendable, Equatable {
    public var symbol: String
    public var id: UInt32
    public var market: MarketRecord
    public var perpetual: PerpetualRecord
    public var pair: ClobPairRecord
    /// Nothing before the first observation.
    public var price: UInt64
  }

  public var parameters: DYDXParameters
  public var tiers: [(id: UInt32, name: String, tier: LiquidityTier)]
  public var markets: [Market]
  /// Quote quantums.
  public var insurance: UInt64
  public var megavault = MegavaultGenesis()
  public var owners: [OwnerGenesis] = []

  /// State at height 0.
  public func state() -> DYDXState {
    var state = DYDXState(parameters: parameters)
    for tier in tiers { state.tiers.set(tier.id, tier.tier) }
    for market in markets {
      state.markets.set(market.id, market.market)
      if market.price > 0 { state.prices.set(market.id, Whole(market.price)) }
      state.perpetuals.set(market.id, market.perpetual)
      state.infos.set(market.id, PerpetualInfo())
      state.pairs.set(market.id, market.pair)
    }
    state.epochs.set(Epoch.fundingSample.rawValue, EpochRecord(nextTick: 0, duration: 60))
    state.epochs.set(Epoch.fundingTick.rawValue, EpochRecord(nextTick: 0, duration: 3_600))
    state.epochs.set(Epoch.stats.rawValue, EpochRecord(nextTick: 0, duration: 3_600))
    if insurance > 0 {
      do throws(LedgerRefusal) {
        try state.ledger.deposit(Int128(insurance), asset: Purse.dollar, to: Purse.insurance(.cross))
      } catch {
        preconditionFailure("an empty ledger holds any amount of 64 bits")
      }
      state.add(Int256(insurance), to: .deposits)
      state.set(.insuranceFunded, to: Int256(insurance))
    }
    megavault.found(&state)
    // Governance brought what the chain begins with; two figures of 64 bits have a sum.
    let brought = Int256(insurance) &+ Int256(megavault.deposit)
    if brought > 0 { state.flows.set(DYDXState.authority, StatsRecord(taker: brought)) }
    OwnerGenesis.found(owners, in: &state)
    return state
  }

  // MARK: Reading

  public init(_ json: JSONValue) throws(GenesisError) {
    let root = try GenesisObject(json, path: "")
    try root.only([
      "room", "origin", "date", "liquidityTiers", "markets", "feeTiers", "discounts", "liquidation", "funding",
      "equityTiers", "rateLimits", "insuranceFund", "gatingBlocks", "megavault", "owners",
    ])
    owners = try OwnerGenesis.read(root)
    if root.has("room"), try root.text("room") != "dydx" { throw GenesisError("room", "must be dydx") }
    tiers = try Self.tiers(root)
    markets = try Self.markets(root, tiers: tiers.map(\.id))
    insurance = root.has("insuranceFund") ? try root.dollars("insuranceFund") : 0
    if root.has("megavault") { megavault = try MegavaultGenesis(try root.object("megavault"), markets: markets) }
    parameters = DYDXParameters(
      liquidation: try Self.liquidation(root.object("liquidation")), feeTiers: try Self.feeTiers(root),
      discounts: try Self.discounts(root), equityTiers: try Self.equityTiers(root),
      rateLimits: try Self.rateLimits(root))
    if root.has("funding") {
      let funding = try root.object("funding")
      try funding.only(["rateClampPpm", "voteClampPpm", "leastVotes"])
      parameters.fundingRateClampPpm = Int256(try funding.integer("rateClampPpm", in: 1...1_000_000_000))
      parameters.premiumVoteClampPpm = Int256(try funding.integer("voteClampPpm", in: 1...1_000_000_000))
      parameters.leastVotes = Int(try funding.integer("leastVotes", in: 1...10_000))
    }
    if root.has("gatingBlocks") {
      parameters.gatingBlocks = UInt64(try root.integer("gatingBlocks", in: 0...1_000_000))
    }
  }

  private static func tiers(
    _ root: GenesisObject
  ) throws(GenesisError) -> [(id: UInt32, name: String, tier: LiquidityTier)] {
    var result: [(id: UInt32, name: String, tier: LiquidityTier)] = []
    for entry in try root.objects("liquidityTiers") {
      try entry.only([
        "id", "name", "initialMarginPpm", "maintenanceFractionPpm", "impactNotional", "openInterestLowerCap",
        "openInterestUpperCap",
      ])
      let tier = LiquidityTier(
        initialMarginPpm: Int256(try entry.integer("initialMarginPpm", in: 1...1_000_000)),
        maintenanceFractionPpm: Int256(try entry.integer("maintenanceFractionPpm", in: 1...1_000_000)),
        impactNotional: Int256(try entry.dollars("impactNotional")),
        openInterestLowerCap: Int256(try entry.dollars("openInterestLowerCap")),
        openInterestUpperCap: Int256(try entry.dollars("openInterestUpperCap")))
      guard tier.impactNotional > 0 else { throw GenesisError(entry.child("impactNotional"), "must not be zero") }
      guard tier.openInterestLowerCap <= tier.openInterestUpperCap else {
        throw GenesisError(entry.child("openInterestLowerCap"), "must not exceed the upper cap")
      }
      let id = UInt32(try entry.integer("id", in: 0...1_000_000))
      guard !result.contains(where: { $0.id == id }) else { throw GenesisError(entry.child("id"), "is taken") }
      result.append((id, try entry.text("name"), tier))
    }
    return result
  }

  private static func markets(_ root: GenesisObject, tiers: [UInt32]) throws(GenesisError) -> [Market] {
    var result: [Market] = []
    for (symbol, entry) in try root.members("markets") {
      try entry.only([
        "id", "exponent", "minimumPriceChangePpm", "atomicResolution", "stepBaseQuantums", "subticksPerTick",
        "conversionExponent", "tier", "isolated", "defaultFundingPpm", "status", "price",
      ])
      let id = UInt32(try entry.integer("id", in: 0...1_000_000))
      guard !result.contains(where: { $0.id == id }) else { throw GenesisError(entry.child("id"), "is taken") }
      let tier = UInt32(try entry.integer("tier", in: 0...1_000_000))
      guard tiers.contains(tier) else { throw GenesisError(entry.child("tier"), "is no liquidity tier") }
      let status: PairStatus
      switch entry.has("status") ? try entry.text("status") : "ACTIVE" {
      case "ACTIVE": status = .active
      case "INITIALIZING": status = .initializing
      case "FINAL_SETTLEMENT": status = .finalSettlement
      default: throw GenesisError(entry.child("status"), "must be ACTIVE, INITIALIZING or FINAL_SETTLEMENT")
      }
      result.append(
        Market(
          symbol: symbol, id: id,
          market: MarketRecord(
            pair: symbol + "-USD", exponent: Int32(try entry.integer("exponent", in: -20...0)),
            minimumChangePpm: UInt32(try entry.integer("minimumPriceChangePpm", in: 0...999_999))),
          perpetual: PerpetualRecord(
            ticker: symbol + "-USD", market: id,
            atomicResolution: Int32(try entry.integer("atomicResolution", in: -18...0)),
            defaultFundingPpm: Int32(try entry.integer("defaultFundingPpm", in: -1_000_000...1_000_000)), tier: tier,
            isIsolated: entry.has("isolated") ? try entry.flag("isolated") : false),
          pair: ClobPairRecord(
            perpetual: id, step: UInt64(try entry.integer("stepBaseQuantums", in: 1...1_000_000_000_000)),
            subticksPerTick: UInt32(try entry.integer("subticksPerTick", in: 1...1_000_000_000)),
            conversionExponent: Int32(try entry.integer("conversionExponent", in: -20...20)), status: status),
          price: entry.has("price") ? UInt64(try entry.integer("price", in: 0...Int64.max)) : 0))
    }
    return result
  }

  private static func feeTiers(_ root: GenesisObject) throws(GenesisError) -> [FeeTier] {
    var result: [FeeTier] = []
    for entry in try root.objects("feeTiers") {
      try entry.only(["name", "volume", "totalSharePpm", "makerSharePpm", "makerPpm", "takerPpm"])
      result.append(
        FeeTier(
          name: try entry.text("name"), volumeRequirement: Int256(try entry.dollars("volume")),
          totalSharePpm: entry.has("totalSharePpm") ? Int256(try entry.integer("totalSharePpm", in: 0...1_000_000)) : 0,
          makerSharePpm: entry.has("makerSharePpm") ? Int256(try entry.integer("makerSharePpm", in: 0...1_000_000)) : 0,
          makerFeePpm: Int256(try entry.integer("makerPpm", in: -100_000...1_000_000)),
          takerFeePpm: Int256(try entry.integer("takerPpm", in: -100_000...1_000_000))))
    }
    guard let first = result.first, first.volumeRequirement.isZero else {
      throw GenesisError("feeTiers", "the first tier has no requirement")
    }
    let lowest = (try? (result.map(\.makerFeePpm).min() ?? 0) + (result.map(\.takerFeePpm).min() ?? 0)) ?? 0
    guard !lowest.isNegative else { throw GenesisError("feeTiers", "the lowest two fees together are a rebate") }
    return result
  }

  private static func discounts(_ root: GenesisObject) throws(GenesisError) -> [MarketDiscount] {
    var result: [MarketDiscount] = []
    guard root.has("discounts") else { return result }
    for entry in try root.objects("discounts") {
      try entry.only(["pair", "start", "end", "chargePpm"])
      result.append(
        MarketDiscount(
          pair: UInt32(try entry.integer("pair", in: 0...1_000_000)),
          start: try entry.integer("start", in: 0...Int64(UInt32.max)),
          end: try entry.integer("end", in: 0...Int64(UInt32.max)),
          chargePpm: Int256(try entry.integer("chargePpm", in: 0...1_000_000))))
    }
    return result
  }

  private static func liquidation(_ entry: GenesisObject) throws(GenesisError) -> LiquidationTerms {
    try entry.only([
      "maximumFeePpm", "bankruptcyAdjustmentPpm", "spreadToMaintenanceRatioPpm", "minimumPositionNotional",
      "maximumPositionPortionPpm", "maximumNotional", "maximumInsuranceLost",
    ])
    return LiquidationTerms(
      maximumFeePpm: Int256(try entry.integer("maximumFeePpm", in: 1...1_000_000)),
      bankruptcyAdjustmentPpm: Int256(try entry.integer("bankruptcyAdjustmentPpm", in: 1_000_000...100_000_000)),
      spreadToMaintenanceRatioPpm: Int256(try entry.integer("spreadToMaintenanceRatioPpm", in: 1...100_000_000)),
      minimumPositionNotional: Int256(try entry.dollars("minimumPositionNotional")),
      maximumPositionPortionPpm: Int256(try entry.integer("maximumPositionPortionPpm", in: 1...1_000_000)),
      maximumNotional: Int256(try entry.dollars("maximumNotional")),
      maximumInsuranceLost: Int256(try entry.dollars("maximumInsuranceLost")))
  }

  private static func equityTiers(_ root: GenesisObject) throws(GenesisError) -> [EquityTier] {
    var result: [EquityTier] = []
    guard root.has("equityTiers") else { return result }
    for entry in try root.objects("equityTiers") {
      try entry.only(["netCollateral", "limit"])
      let tier = EquityTier(
        netCollateral: Int256(try entry.dollars("netCollateral")),
        limit: UInt64(try entry.integer("limit", in: 0...100_000)))
      if let last = result.last, last.netCollateral >= tier.netCollateral {
        throw GenesisError(entry.child("netCollateral"), "must ascend")
      }
      result.append(tier)
    }
    return result
  }

  private static func rateLimits(_ root: GenesisObject) throws(GenesisError) -> RateLimits {
    guard root.has("rateLimits") else { return RateLimits() }
    let entry = try root.object("rateLimits")
    try entry.only(["shortTerm", "stateful"])
    func limits(_ key: String) throws(GenesisError) -> [RateLimit] {
      var result: [RateLimit] = []
      guard entry.has(key) else { return result }
      for limit in try entry.objects(key) {
        try limit.only(["blocks", "limit"])
        result.append(
          RateLimit(
            blocks: UInt64(try limit.integer("blocks", in: 1...1_000)),
            limit: UInt64(try limit.integer("limit", in: 1...10_000_000))))
      }
      return result
    }
    return RateLimits(shortTerm: try limits("shortTerm"), stateful: try limits("stateful"))
  }
}
