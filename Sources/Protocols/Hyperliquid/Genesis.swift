import Canonical
import VenueKit

extension HyperliquidParameters {
  static let moneyRange: ClosedRange<Int128> = 0...depositsMaximum

  /// Reads a genesis document. Money is in USDC, rates are fractions, times in seconds.
  init(genesis: JSONValue) throws(GenesisError) {
    let root = try GenesisReader(genesis, path: "")
    try root.only([
      "room", "origin", "date", "network", "markets", "fees", "orders", "transfers", "prices", "funding",
      "liquidation", "vault", "agents", "userVaults", "limits", "twap", "spot", "dexs", "accounts", "vaults",
    ])
    if root.has("room"), try root.text("room") != "hyperliquid" {
      throw GenesisError("room", "must be hyperliquid")
    }
    switch try root.text("network") {
    case "mainnet": isMainnet = true
    case "testnet": isMainnet = false
    default: throw GenesisError("network", "must be mainnet or testnet")
    }
    markets = try Self.markets(root)
    guard (1...1_000).contains(markets.count) else { throw GenesisError("markets", "must have 1 to 1000 members") }
    perpetuals = markets.count

    let fees = try root.object("fees")
    try fees.only(["tiers", "rebates", "vaultShare", "assistanceFund", "referral", "builders"])
    feeTiers = try Self.feeTiers(fees)
    rebateTiers = try Self.rebateTiers(fees)
    feeShareOfVault = try fees.rate("vaultShare", scale: 6, in: 0...1_000_000)
    assistanceFund = try fees.address("assistanceFund")

    let orders = try root.object("orders")
    try orders.only([
      "minimumValue", "openMaximum", "priceDistance", "triggerSlippage", "triggerEntries", "scheduleCancelVolume",
    ])
    orderMinimum = try orders.decimal("minimumValue", scale: 6, in: Self.moneyRange)
    openOrdersMaximum = Int(try orders.integer("openMaximum", in: 1...100_000))
    priceDistance = try orders.rate("priceDistance", scale: 6, in: 1...1_000_000)
    triggerSlippage = try orders.rate("triggerSlippage", scale: 6, in: 0...999_999)
    allowsTriggerEntries = orders.has("triggerEntries") ? try orders.flag("triggerEntries") : true
    scheduleCancelVolume = try orders.decimal("scheduleCancelVolume", scale: 6, in: Self.moneyRange)

    let transfers = try root.object("transfers")
    try transfers.only(["withdrawalFee", "activationFee", "remainingShare"])
    withdrawalFee = try transfers.decimal("withdrawalFee", scale: 6, in: Self.moneyRange)
    activationFee = try transfers.decimal("activationFee", scale: 6, in: Self.moneyRange)
    transferShare = try transfers.rate("remainingShare", scale: 6, in: 0...1_000_000)

    let prices = try root.object("prices")
    try prices.only(["basisSeconds", "bookSeconds"])
    markSmoothingMilliseconds = try prices.integer("basisSeconds", in: 1...3_600) * 1_000
    bookSmoothingMilliseconds = try prices.integer("bookSeconds", in: 1...3_600) * 1_000

    funding = try Self.funding(root)
    liquidation = try Self.liquidation(root)

    let vault = try root.object("vault")
    try vault.only(["address", "liquidator", "lockSeconds", "depositMinimum"])
    self.vault = VaultParameters(
      address: try vault.address("address"), liquidator: try vault.address("liquidator"),
      lockMilliseconds: try vault.integer("lockSeconds", in: 0...31_536_000) * 1_000,
      depositMinimum: try vault.decimal("depositMinimum", scale: 6, in: Self.moneyRange))
    if self.vault.address == self.vault.liquidator {
      throw GenesisError("vault.liquidator", "must not be the vault itself")
    }
    let agents = try root.object("agents")
    try agents.only(["validSeconds"])
    agentMilliseconds = try agents.integer("validSeconds", in: 1...15_552_000) * 1_000
    try readOptions(root, fees)
  }

  /// The perpetuals of a dex, numbered from zero.
  static func markets(_ root: GenesisReader) throws(GenesisError) -> [MarketParameters] {
    var markets: [MarketParameters] = []
    for (symbol, value) in try root.entries("markets") {
      let path = root.child("markets") + "." + symbol
      guard !symbol.isEmpty, symbol.utf8.count <= 16, !symbol.contains(":"), !symbol.contains("/") else {
        throw GenesisError(path, "must have a name of 1 to 16 letters")
      }
      let reader = try GenesisReader(value, path: path)
      try reader.only([
        "sizeDecimals", "tiers", "onlyIsolated", "impactNotional", "openInterestMaximum", "oraclePrice",
      ])
      let decimals = Int(try reader.integer("sizeDecimals", in: 0...6))
      markets.append(
        MarketParameters(
          asset: AssetID(markets.count), symbol: symbol, sizeDecimals: decimals, tiers: try tiers(reader),
          onlyIsolated: reader.has("onlyIsolated") ? try reader.flag("onlyIsolated") : false,
          impactNotional: try reader.decimal("impactNotional", scale: 6, in: 1...depositsMaximum),
          openInterestMaximum: reader.has("openInterestMaximum")
            ? try reader.decimal("openInterestMaximum", scale: 6, in: moneyRange) : 0,
          oraclePrice: reader.has("oraclePrice")
            ? Ticks(try reader.decimal("oraclePrice", scale: 6 - decimals, in: 0...Int128(priceMaximum))) : 0,
          priceDecimals: 6 - decimals))
    }
    return markets
  }

  private static func tiers(_ market: GenesisReader) throws(GenesisError) -> [MarginTier] {
    var tiers: [MarginTier] = []
    for (index, value) in try market.list("tiers").enumerated() {
      let reader = try GenesisReader(value, path: "\(market.path).tiers.\(index)")
      try reader.only(["above", "leverage"])
      let tier = MarginTier(
        lowerBound: try reader.decimal("above", scale: 6, in: moneyRange),
        leverageMaximum: try reader.integer("leverage", in: 1...100))
      if index == 0 && tier.lowerBound != 0 { throw GenesisError(reader.child("above"), "must be 0 in the first tier") }
      if let last = tiers.last, tier.lowerBound <= last.lowerBound || tier.leverageMaximum >= last.leverageMaximum {
        throw GenesisError(reader.path, "must begin above the tier before it and allow less leverage")
      }
      tiers.append(tier)
    }
    guard !tiers.isEmpty else { throw GenesisError("\(market.path).tiers", "must not be empty") }
    return tiers
  }

  private static func feeTiers(_ fees: GenesisReader) throws(GenesisError) -> [FeeTier] {
    var tiers: [FeeTier] = []
    for (index, value) in try fees.list("tiers").enumerated() {
      let reader = try GenesisReader(value, path: "fees.tiers.\(index)")
      try reader.only(["volume", "taker", "maker", "spotTaker", "spotMaker"])
      let taker = try reader.rate("taker", scale: 7, in: 0...100_000)
      let maker = try reader.rate("maker", scale: 7, in: 0...100_000)
      let tier = FeeTier(
        volume: try reader.decimal("volume", scale: 6, in: moneyRange), taker: taker, maker: maker,
        spotTaker: reader.has("spotTaker") ? try reader.rate("spotTaker", scale: 7, in: 0...100_000) : taker,
        spotMaker: reader.has("spotMaker") ? try reader.rate("spotMaker", scale: 7, in: 0...100_000) : maker)
      if let last = tiers.last, tier.volume <= last.volume {
        throw GenesisError(reader.child("volume"), "must be above the tier before it")
      }
      tiers.append(tier)
    }
    guard !tiers.isEmpty else { throw GenesisError("fees.tiers", "must not be empty") }
    return tiers
  }

  private static func rebateTiers(_ fees: GenesisReader) throws(GenesisError) -> [RebateTier] {
    var tiers: [RebateTier] = []
    for (index, value) in try fees.list("rebates").enumerated() {
      let reader = try GenesisReader(value, path: "fees.rebates.\(index)")
      try reader.only(["share", "rate"])
      let tier = RebateTier(
        share: try reader.rate("share", scale: 6, in: 0...1_000_000),
        maker: try reader.rate("rate", scale: 7, in: -100_000...0))
      if let last = tiers.last, tier.share <= last.share {
        throw GenesisError(reader.child("share"), "must be above the tier before it")
      }
      tiers.append(tier)
    }
    return tiers
  }

  private static func funding(_ root: GenesisReader) throws(GenesisError) -> FundingSchedule {
    let reader = try root.object("funding")
    try reader.only(["sampleSeconds", "intervalSeconds", "interest", "clamp", "divisor", "maximum"])
    let unit: Int64 = 1_000_000_000_000
    return FundingSchedule(
      sampleMilliseconds: try reader.integer("sampleSeconds", in: 1...3_600) * 1_000,
      intervalMilliseconds: try reader.integer("intervalSeconds", in: 1...86_400) * 1_000,
      rule: FundingParameters(
        interest: try reader.rate("interest", scale: 12, in: -unit...unit),
        clamp: try reader.value("clamp").isNull ? nil : try reader.rate("clamp", scale: 12, in: 0...unit),
        divisor: try reader.integer("divisor", in: 1...1_000),
        cap: try reader.rate("maximum", scale: 12, in: 0...unit)))
  }

  private static func liquidation(_ root: GenesisReader) throws(GenesisError) -> LiquidationParameters {
    let reader = try root.object("liquidation")
    try reader.only([
      "partialNotional", "partialShare", "cooldownSeconds", "backstopShare", "liquidatorShare", "liquidatorLossLimit",
      "unwindShare", "unwindSlippage",
    ])
    return LiquidationParameters(
      partialNotional: try reader.decimal("partialNotional", scale: 6, in: moneyRange),
      partialShare: try reader.rate("partialShare", scale: 6, in: 1...1_000_000),
      cooldownMilliseconds: try reader.integer("cooldownSeconds", in: 0...86_400) * 1_000,
      backstopShare: try reader.rate("backstopShare", scale: 6, in: 0...1_000_000),
      liquidatorShare: try reader.rate("liquidatorShare", scale: 6, in: 0...1_000_000),
      liquidatorLossLimit: try reader.decimal("liquidatorLossLimit", scale: 6, in: moneyRange),
      unwindShare: try reader.rate("unwindShare", scale: 6, in: 0...1_000_000),
      unwindSlippage: try reader.rate("unwindSlippage", scale: 6, in: 0...500_000))
  }
}
