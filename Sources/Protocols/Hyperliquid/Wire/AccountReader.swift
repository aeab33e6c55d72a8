import Canonical

// Reads the L1 actions of accounts, vaults and TWAPs in their one canonical form. Each reader stands right behind the
// value of `type`; `keys` is the number of keys of the action, `type` included.
extension MessagePackCursor {
  /// Nil where the type is not one of these.
  mutating func readAccountAction(_ type: String, keys: Int) throws(WireFault) -> AccountAction? {
    switch type {
    case "createSubAccount": .createSubAccount(name: try readText("name", keys, of: 2))
    case "subAccountModify": .renameSubAccount(try readSub(keys, of: 3), name: try readText("name"))
    case "subAccountTransfer":
      .subAccountTransfer(
        try readSub(keys, of: 4), isDeposit: try readFlag("isDeposit"), amount: try readUnsigned("usd"))
    case "subAccountSpotTransfer":
      .subAccountSpotTransfer(
        try readSub(keys, of: 5), isDeposit: try readFlag("isDeposit"), token: try readText("token"),
        amount: try readText("amount"))
    case "createVault":
      .createVault(
        VaultProposal(
          name: try readText("name", keys, of: 5), description: try readText("description"),
          initial: try readUnsigned("initialUsd"), nonce: try readUnsigned("nonce")))
    case "vaultModify":
      .modifyVault(
        try readVault(keys, of: 4), allowsDeposits: try readOptionalFlag("allowDeposits"),
        closesOnWithdrawal: try readOptionalFlag("alwaysCloseOnWithdraw"))
    case "vaultDistribute": .distributeVault(try readVault(keys, of: 3), amount: try readUnsigned("usd"))
    case "agentSendAsset": .sendAsset(try readAssetTransfer(keys))
    case "reserveRequestWeight": try readReserve(keys)
    case "setReferrer": .setReferrer(code: try readText("code", keys, of: 2))
    case "registerReferrer": .registerReferrer(code: try readText("code", keys, of: 2))
    case "setDisplayName": .setDisplayName(try readText("displayName", keys, of: 2))
    case "claimRewards": try bare(keys, .claimRewards)
    case "agentSetAbstraction": .setAbstraction(try readText("abstraction", keys, of: 2))
    case "evmUserModify": try readBigBlocks(keys)
    case "topUpIsolatedOnlyMargin": try readTopUp(keys)
    default: nil
    }
  }

  private func count(_ keys: Int, of wanted: Int) throws(WireFault) {
    guard keys == wanted else { throw fault("the action has another number of keys") }
  }

  private func bare(_ keys: Int, _ action: AccountAction) throws(WireFault) -> AccountAction {
    try count(keys, of: 1)
    return action
  }

  mutating func readText(_ key: StaticString, _ keys: Int, of wanted: Int) throws(WireFault) -> String {
    try count(keys, of: wanted)
    return try readText(key)
  }

  mutating func readText(_ key: StaticString) throws(WireFault) -> String {
    try expect(key)
    return try readString()
  }

  mutating func readFlag(_ key: StaticString) throws(WireFault) -> Bool {
    try expect(key)
    return try readFlag()
  }

  mutating func readUnsigned(_ key: StaticString) throws(WireFault) -> UInt64 {
    try expect(key)
    return try readUnsigned()
  }

  mutating func readDecimal(_ key: StaticString) throws(WireFault) -> WireDecimal {
    try expect(key)
    return try readDecimal()
  }

  private mutating func readOptionalFlag(_ key: StaticString) throws(WireFault) -> Bool? {
    try expect(key)
    if try peek() == 0xc0 {
      offset += 1
      return nil
    }
    return try readFlag()
  }

  private mutating func readSub(_ keys: Int, of wanted: Int) throws(WireFault) -> Address {
    try count(keys, of: wanted)
    try expect("subAccountUser")
    return try readAddress()
  }

  private mutating func readVault(_ keys: Int, of wanted: Int) throws(WireFault) -> Address {
    try count(keys, of: wanted)
    try expect("vaultAddress")
    return try readAddress()
  }

  private mutating func readAssetTransfer(_ keys: Int) throws(WireFault) -> AssetTransfer {
    try count(keys, of: 8)
    return AssetTransfer(
      destination: try readText("destination"), sourceDex: try readText("sourceDex"),
      destinationDex: try readText("destinationDex"), token: try readText("token"), amount: try readText("amount"),
      fromSubAccount: try readText("fromSubAccount"), nonce: try readUnsigned("nonce"))
  }

  private mutating func readReserve(_ keys: Int) throws(WireFault) -> AccountAction {
    guard keys == 2 || keys == 3 else { throw fault("the action has another number of keys") }
    let weight = try readUnsigned("weight")
    if keys == 2 { return .reserveWeight(weight, destination: nil) }
    try expect("destination")
    return .reserveWeight(weight, destination: try readAddress())
  }

  private mutating func readBigBlocks(_ keys: Int) throws(WireFault) -> AccountAction {
    try count(keys, of: 2)
    return .evmUserModify(usesBigBlocks: try readFlag("usingBigBlocks"))
  }

  private mutating func readTopUp(_ keys: Int) throws(WireFault) -> AccountAction {
    try count(keys, of: 3)
    try expect("asset")
    let asset = try readUInt32()
    return .topUpIsolatedMargin(asset: asset, leverage: try readText("leverage"))
  }

  // MARK: TWAP

  /// `twap {a b s r m t} [details {t s}]`.
  mutating func readTwapOrder(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys == 2 || keys == 3 else { throw fault("the action has another number of keys") }
    try expect("twap")
    try expectMap(of: 6)
    try expect("a")
    var twap = TwapRequest(
      asset: try readUInt32(), isBuy: try readFlag("b"), size: try readDecimal("s"), reduceOnly: try readFlag("r"),
      minutes: try readUnsigned("m"), isRandomized: try readFlag("t"))
    if keys == 3 {
      try expect("details")
      twap.details = try readTwapDetails()
    }
    return .twapOrder(twap)
  }

  private mutating func readTwapDetails() throws(WireFault) -> TwapDetails {
    var details = TwapDetails()
    try expectMap(of: 2)
    try expect("t")
    if try peek() == 0xc0 {
      offset += 1
    } else {
      try expectMap(of: 2)
      details.trigger = try readDecimal("p")
      details.isAbove = try readFlag("a")
    }
    try expect("s")
    if try peek() == 0xc0 {
      offset += 1
    } else {
      details.stop = try readDecimal()
    }
    return details
  }

  mutating func readTwapCancel(keys: Int) throws(WireFault) -> HyperliquidAction {
    try count(keys, of: 3)
    try expect("a")
    let asset = try readUInt32()
    return .twapCancel(asset: asset, id: try readUnsigned("t"))
  }

  // MARK: Builder dexs

  /// The deployments that the room carries out, in the order in which the official client writes them; nil for every
  /// other, where the cursor stands anywhere.
  mutating func readPerpDeployment(keys: Int) throws(WireFault) -> PerpDeployment? {
    guard keys == 2 else { return nil }
    let kind = try readString()
    switch kind {
    case "setOracle":
      guard try readMapHeader() == 4 else { return nil }
      var oracle = DexOracle(dex: try readText("dex"), oracle: [])
      try expect("oraclePxs")
      oracle.oracle = try readPrices()
      try expect("markPxs")
      for _ in 0..<(try readArrayHeader()) { oracle.marks.append(try readPrices()) }
      try expect("externalPerpPxs")
      oracle.external = try readPrices()
      return .setOracle(oracle)
    case "haltTrading":
      guard try readMapHeader() == 2 else { return nil }
      return .haltTrading(coin: try readText("coin"), isHalted: try readFlag("isHalted"))
    case "setOpenInterestCaps":
      var caps: [DexCap] = []
      for _ in 0..<(try readArrayHeader()) {
        guard try readArrayHeader() == 2 else { return nil }
        let coin = try readString()
        caps.append(DexCap(coin, try readUnsigned()))
      }
      return .setOpenInterestCaps(caps)
    case "setFeeScale":
      guard try readMapHeader() == 2 else { return nil }
      return .setFeeScale(dex: try readText("dex"), scale: try readText("scale"))
    case "setFeeRecipient":
      guard try readMapHeader() == 2 else { return nil }
      let dex = try readText("dex")
      try expect("feeRecipient")
      return .setFeeRecipient(dex: dex, recipient: try readAddress())
    default: return nil
    }
  }

  private mutating func readPrices() throws(WireFault) -> [DexPrice] {
    var prices: [DexPrice] = []
    for _ in 0..<(try readArrayHeader()) {
      let start = offset
      guard try readArrayHeader() == 2 else { throw WireFault("a price is a pair", at: start) }
      let coin = try readString()
      prices.append(DexPrice(coin, try readString()))
    }
    return prices
  }
}
