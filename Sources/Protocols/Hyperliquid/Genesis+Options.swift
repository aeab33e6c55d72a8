import Canonical
import Cryptography
import VenueKit

// The parts of a genesis document that may be left out; what is left out has the venue's own figures, but for the limit
// of requests, which is then off.
extension HyperliquidParameters {
  mutating func readOptions(_ root: GenesisReader, _ fees: GenesisReader) throws(GenesisError) {
    if fees.has("referral") { try readReferral(try fees.object("referral")) }
    if fees.has("builders") { try readBuilders(try fees.object("builders")) }
    if root.has("userVaults") { try readUserVaults(try root.object("userVaults")) }
    if root.has("limits") { try readLimits(try root.object("limits")) }
    if root.has("twap") { try readTwap(try root.object("twap")) }
    if root.has("spot") { try readSpot(try root.object("spot")) }
    if root.has("dexs") { try readDexs(root) }
    if root.has("accounts") { try readAccounts(root) }
    if root.has("vaults") { try readVaults(root) }
    let outside = accounts.reduce(Money(0)) { $0 + $1.amount } + vaults.reduce(Money(0)) { $0 + $1.initial }
    guard outside <= Self.depositsMaximum else { throw GenesisError("accounts", "hold more than this chain can") }
  }

  private mutating func readReferral(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only(["discount", "discountVolume", "share", "shareVolume", "registerVolume"])
    rewards.referralDiscount = try reader.rate("discount", scale: 6, in: 0...1_000_000)
    rewards.referralVolume = try reader.decimal("discountVolume", scale: 6, in: Self.moneyRange)
    rewards.referrerShare = try reader.rate("share", scale: 6, in: 0...500_000)
    rewards.referrerVolume = try reader.decimal("shareVolume", scale: 6, in: Self.moneyRange)
    rewards.registerVolume = try reader.decimal("registerVolume", scale: 6, in: Self.moneyRange)
  }

  private mutating func readBuilders(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only(["maximum", "spotMaximum", "minimumValue", "approvals"])
    rewards.builderMaximum = UInt64(try reader.rate("maximum", scale: 5, in: 0...1_000))
    rewards.builderMaximumSpot = UInt64(try reader.rate("spotMaximum", scale: 5, in: 0...1_000))
    rewards.builderValue = try reader.decimal("minimumValue", scale: 6, in: Self.moneyRange)
    rewards.builderApprovals = Int(try reader.integer("approvals", in: 0...1_000))
  }

  private mutating func readUserVaults(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only([
      "lockSeconds", "creationFee", "initialMinimum", "depositMinimum", "leaderShare", "commission", "closingShare",
    ])
    userVaults = UserVaultParameters(
      lockMilliseconds: try reader.integer("lockSeconds", in: 0...31_536_000) * 1_000,
      creationFee: try reader.decimal("creationFee", scale: 6, in: Self.moneyRange),
      initialMinimum: try reader.decimal("initialMinimum", scale: 6, in: 1...Self.depositsMaximum),
      depositMinimum: try reader.decimal("depositMinimum", scale: 6, in: Self.moneyRange),
      leaderShare: try reader.rate("leaderShare", scale: 6, in: 0...1_000_000),
      commission: try reader.rate("commission", scale: 6, in: 0...1_000_000),
      closingShare: try reader.rate("closingShare", scale: 6, in: 1...1_000_000))
  }

  private mutating func readLimits(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only([
      "requests", "extraCancels", "slowSeconds", "requestPrice", "openOrderVolume", "openOrderCeiling", "subAccounts",
      "subAccountVolume", "scheduledCancels",
    ])
    limits = LimitParameters(
      requests: UInt64(try reader.integer("requests", in: 0...1_000_000_000)),
      extraCancels: UInt64(try reader.integer("extraCancels", in: 0...1_000_000_000)),
      slowMilliseconds: try reader.integer("slowSeconds", in: 0...86_400) * 1_000,
      requestPrice: try reader.decimal("requestPrice", scale: 6, in: Self.moneyRange),
      openOrderVolume: try reader.decimal("openOrderVolume", scale: 6, in: Self.moneyRange),
      openOrderCeiling: Int(try reader.integer("openOrderCeiling", in: 1...100_000)),
      subAccounts: Int(try reader.integer("subAccounts", in: 0...200)),
      subAccountVolume: try reader.decimal("subAccountVolume", scale: 6, in: Self.moneyRange),
      scheduledCancels: UInt32(try reader.integer("scheduledCancels", in: 0...1_000_000)))
  }

  private mutating func readTwap(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only([
      "sliceSeconds", "minutesMinimum", "minutesMaximum", "minimum", "slippage", "catchUp", "randomness", "running",
    ])
    twap = TwapParameters(
      sliceMilliseconds: try reader.integer("sliceSeconds", in: 1...3_600) * 1_000,
      minutesMinimum: UInt64(try reader.integer("minutesMinimum", in: 1...100_000)),
      minutesMaximum: UInt64(try reader.integer("minutesMaximum", in: 1...100_000)),
      minimum: try reader.decimal("minimum", scale: 6, in: Self.moneyRange),
      slippage: try reader.rate("slippage", scale: 6, in: 0...500_000),
      catchUp: try reader.integer("catchUp", in: 1...1_000),
      randomness: try reader.rate("randomness", scale: 6, in: 0...1_000_000),
      running: Int(try reader.integer("running", in: 1...10_000)))
  }

  // MARK: Spot

  /// Tokens beside USDC and their pairs against it. Rule HL-110.
  private mutating func readSpot(_ reader: GenesisReader) throws(GenesisError) {
    try reader.only(["tokens", "pairs"])
    for (name, value) in try reader.entries("tokens") {
      let token = try GenesisReader(value, path: reader.child("tokens") + "." + name)
      try token.only(["sizeDecimals", "weiDecimals", "id", "fullName"])
      guard !name.isEmpty, name.utf8.count <= 10, !name.contains(":"), self.token(named: name) == nil else {
        throw GenesisError(token.path, "must have a name of its own of 1 to 10 letters")
      }
      let decimals = Int(try token.integer("sizeDecimals", in: 0...8))
      let id = try token.text("id")
      guard (try? Hex.decode(id, count: 16)) != nil else { throw GenesisError(token.child("id"), "must be 16 bytes") }
      tokens.append(
        TokenParameters(
          name: name, index: UInt32(tokens.count), sizeDecimals: decimals,
          weiDecimals: Int(try token.integer("weiDecimals", in: Int64(decimals)...12)), id: id,
          fullName: token.has("fullName") ? try token.text("fullName") : nil))
    }
    for (index, value) in try reader.list("pairs").enumerated() {
      let pair = try GenesisReader(value, path: "spot.pairs.\(index)")
      try pair.only(["base", "price"])
      guard let base = token(named: try pair.text("base")), base.index != 0 else {
        throw GenesisError(pair.child("base"), "must be a token other than USDC")
      }
      let decimals = 8 - base.sizeDecimals
      var market = MarketParameters(
        asset: AssetID(markets.count), kind: .spot(pair: UInt32(index), token: base.index),
        symbol: index == 0 ? "\(base.name)/USDC" : "@\(index)", sizeDecimals: base.sizeDecimals,
        tiers: [MarginTier(lowerBound: 0, leverageMaximum: 1)], onlyIsolated: false, impactNotional: 1,
        openInterestMaximum: 0, oraclePrice: 0, priceDecimals: decimals)
      market.lotWei = Powers.ten(base.weiDecimals - base.sizeDecimals)
      if pair.has("price") {
        market.oraclePrice = Ticks(try pair.decimal("price", scale: decimals, in: 0...Int128(Self.priceMaximum)))
      }
      markets.append(market)
    }
  }

  // MARK: Builders' dexs

  private mutating func readDexs(_ root: GenesisReader) throws(GenesisError) {
    for (name, value) in try root.entries("dexs") {
      let reader = try GenesisReader(value, path: "dexs.\(name)")
      try reader.only(["fullName", "deployer", "oracleUpdater", "feeRecipient", "feeScale", "markets"])
      guard (2...4).contains(name.utf8.count), name.utf8.allSatisfy({ (0x61...0x7a).contains($0) }) else {
        throw GenesisError(reader.path, "must have a name of 2 to 4 lower-case letters")
      }
      let index = UInt32(dexs.count + 1)
      let deployer = try reader.address("deployer")
      dexs.append(
        DexParameters(
          index: index, name: name, fullName: try reader.text("fullName"), deployer: deployer,
          oracleUpdater: reader.has("oracleUpdater") ? try reader.address("oracleUpdater") : deployer,
          feeRecipient: reader.has("feeRecipient") ? try reader.address("feeRecipient") : deployer,
          feeScale: try reader.rate("feeScale", scale: 6, in: 0...3_000_000)))
      for (place, market) in try Self.markets(reader).enumerated() {
        var market = market
        market.asset = AssetID(markets.count)
        market.kind = .builder(dex: index, place: UInt32(place))
        market.symbol = "\(name):\(market.symbol)"
        markets.append(market)
      }
    }
  }

  // MARK: People

  private mutating func readAccounts(_ root: GenesisReader) throws(GenesisError) {
    for (index, value) in try root.list("accounts").enumerated() {
      let reader = try GenesisReader(value, path: "accounts.\(index)")
      try reader.only(["address", "amount", "tokens"])
      var account = GenesisAccount(
        address: try reader.address("address"),
        amount: try reader.decimal("amount", scale: 6, in: 0...Self.depositsMaximum))
      if isReserved(account.address) || accounts.contains(where: { $0.address == account.address }) {
        throw GenesisError(reader.child("address"), "is taken")
      }
      for (name, _) in reader.has("tokens") ? try reader.entries("tokens") : [] {
        let held = try reader.object("tokens")
        guard let token = token(named: name) else { throw GenesisError(held.child(name), "is not a token") }
        let amount = try held.decimal(name, scale: token.weiDecimals, in: 0...Self.depositsMaximum)
        if token.index == 0 && amount % 100 != 0 { throw GenesisError(held.child(name), "must have 6 decimals") }
        account.tokens.append(GenesisBalance(token: token.index, amount: amount))
      }
      accounts.append(account)
    }
  }

  private func isReserved(_ address: Address) -> Bool { address == vault.address || address == vault.liquidator }

  private mutating func readVaults(_ root: GenesisReader) throws(GenesisError) {
    for (index, value) in try root.list("vaults").enumerated() {
      let reader = try GenesisReader(value, path: "vaults.\(index)")
      try reader.only(["address", "leader", "name", "description", "initial"])
      let vault = GenesisVault(
        address: try reader.address("address"), leader: try reader.address("leader"), name: try reader.text("name"),
        description: try reader.text("description"),
        initial: try reader.decimal("initial", scale: 6, in: 1...Self.depositsMaximum))
      let taken = accounts.map(\.address) + vaults.map(\.address) + [vault.leader]
      if isReserved(vault.address) || isReserved(vault.leader) || taken.contains(vault.address) {
        throw GenesisError(reader.child("address"), "is taken")
      }
      vaults.append(vault)
    }
  }
}
