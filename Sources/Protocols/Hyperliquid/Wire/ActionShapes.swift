/// The shape of a value inside an action, as the venue's server reads it before it hashes its own form.
indirect enum ActionShape: Sendable {
  /// A whole number of at most this many bits.
  case unsigned(Int)
  case signed
  case flag
  /// Kept as it came.
  case text
  /// A price or size: no trailing zeros, no point without decimals.
  case decimal
  /// `0x` and this many lower-case digits; sent in any case, an address also without `0x`.
  case hex(digits: Int)
  /// One of these words.
  case word([String])
  /// One of two: a text or object is read by the second shape, everything else by the first.
  case either(ActionShape, ActionShape)
  case list(ActionShape)
  case record([ActionField])
  /// Written as nil when null or absent.
  case nullable(ActionShape)
  /// Anything, in the order in which it came.
  case raw
}

struct ActionField: Sendable {
  enum Presence: Sendable {
    case required
    /// Left out when null or absent.
    case optional
    /// A flag that is written only when true.
    case whenTrue
  }

  let name: String
  let shape: ActionShape
  let presence: Presence

  init(_ name: String, _ shape: ActionShape, _ presence: Presence = .required) {
    self.name = name
    self.shape = shape
    self.presence = presence
  }
}

extension ActionShape {
  static let address = ActionShape.hex(digits: 40)
  static let cloid = ActionShape.hex(digits: 32)
  static let asset = ActionShape.unsigned(32)
  static let orderID = ActionShape.either(.unsigned(64), .cloid)

  static let order = ActionShape.record([
    ActionField("a", .asset), ActionField("b", .flag), ActionField("p", .decimal), ActionField("s", .decimal),
    ActionField("r", .flag),
    ActionField(
      "t",
      .record([
        ActionField("limit", .record([ActionField("tif", .word(["Gtc", "Ioc", "Alo", "FrontendMarket"]))]), .optional),
        ActionField(
          "trigger",
          .record([
            ActionField("isMarket", .flag), ActionField("triggerPx", .decimal),
            ActionField("tpsl", .word(["tp", "sl"])),
          ]), .optional),
      ])),
    ActionField("c", .cloid, .optional),
  ])

  static let grouping = ActionShape.either(
    .raw, .either(.word(["na", "normalTpsl", "positionTpsl"]), .record([ActionField("p", .unsigned(64))])))

  /// The fields behind `type` of every L1 action, in the order in which they are hashed.
  static func fields(ofL1 type: String) -> [ActionField]? {
    trading(type) ?? accounts(type) ?? others(type)
  }

  private static func trading(_ type: String) -> [ActionField]? {
    switch type {
    case "order":
      [
        ActionField("orders", .list(.order)), ActionField("grouping", .grouping),
        ActionField("builder", .record([ActionField("b", .address), ActionField("f", .unsigned(64))]), .optional),
      ]
    case "cancel":
      [
        ActionField("cancels", .list(.record([ActionField("a", .asset), ActionField("o", .unsigned(64))]))),
        ActionField("f", .flag, .whenTrue),
      ]
    case "cancelByCloid":
      [
        ActionField("cancels", .list(.record([ActionField("asset", .asset), ActionField("cloid", .cloid)]))),
        ActionField("f", .flag, .whenTrue),
      ]
    case "modify":
      [ActionField("oid", .orderID), ActionField("order", .order), ActionField("a", .flag, .whenTrue)]
    case "batchModify":
      [
        ActionField("modifies", .list(.record([ActionField("oid", .orderID), ActionField("order", .order)]))),
        ActionField("a", .flag, .whenTrue),
      ]
    case "scheduleCancel": [ActionField("time", .unsigned(64), .optional)]
    case "updateLeverage":
      [ActionField("asset", .asset), ActionField("isCross", .flag), ActionField("leverage", .unsigned(32))]
    case "updateIsolatedMargin":
      [ActionField("asset", .asset), ActionField("isBuy", .flag), ActionField("ntli", .signed)]
    case "topUpIsolatedOnlyMargin": [ActionField("asset", .asset), ActionField("leverage", .text)]
    case "twapOrder": twapOrder
    case "twapCancel": [ActionField("a", .asset), ActionField("t", .unsigned(64))]
    case "noop": []
    default: nil
    }
  }

  private static let twapOrder = [
    ActionField(
      "twap",
      .record([
        ActionField("a", .asset), ActionField("b", .flag), ActionField("s", .decimal), ActionField("r", .flag),
        ActionField("m", .unsigned(64)), ActionField("t", .flag),
      ])),
    ActionField(
      "details",
      .record([
        ActionField("t", .nullable(.record([ActionField("p", .decimal), ActionField("a", .flag)]))),
        ActionField("s", .nullable(.decimal)),
      ]), .optional),
  ]

  private static func accounts(_ type: String) -> [ActionField]? {
    switch type {
    case "subAccountTransfer":
      [ActionField("subAccountUser", .address), ActionField("isDeposit", .flag), ActionField("usd", .unsigned(64))]
    case "subAccountSpotTransfer":
      [
        ActionField("subAccountUser", .address), ActionField("isDeposit", .flag), ActionField("token", .text),
        ActionField("amount", .text),
      ]
    case "createSubAccount": [ActionField("name", .text)]
    case "subAccountModify": [ActionField("subAccountUser", .address), ActionField("name", .text)]
    case "vaultTransfer":
      [ActionField("vaultAddress", .address), ActionField("isDeposit", .flag), ActionField("usd", .unsigned(64))]
    case "createVault":
      [
        ActionField("name", .text), ActionField("description", .text), ActionField("initialUsd", .unsigned(64)),
        ActionField("nonce", .unsigned(64)),
      ]
    case "vaultModify":
      [
        ActionField("vaultAddress", .address), ActionField("allowDeposits", .nullable(.flag)),
        ActionField("alwaysCloseOnWithdraw", .nullable(.flag)),
      ]
    case "vaultDistribute": [ActionField("vaultAddress", .address), ActionField("usd", .unsigned(64))]
    case "agentSendAsset":
      [
        ActionField("destination", .address), ActionField("sourceDex", .text), ActionField("destinationDex", .text),
        ActionField("token", .text), ActionField("amount", .text), ActionField("fromSubAccount", .text),
        ActionField("nonce", .unsigned(64)),
      ]
    default: nil
    }
  }

  private static func others(_ type: String) -> [ActionField]? {
    switch type {
    case "reserveRequestWeight":
      [ActionField("weight", .unsigned(64)), ActionField("destination", .address, .optional)]
    case "setReferrer", "registerReferrer": [ActionField("code", .text)]
    case "setDisplayName": [ActionField("displayName", .text)]
    case "claimRewards", "agentEnableDexAbstraction": []
    case "agentSetAbstraction": [ActionField("abstraction", .text)]
    case "borrowLend":
      [
        ActionField("operation", .text), ActionField("token", .unsigned(64)),
        ActionField("amount", .nullable(.text)),
      ]
    case "evmUserModify": [ActionField("usingBigBlocks", .flag)]
    case "gossipPriorityBid":
      [ActionField("slotId", .unsigned(64)), ActionField("ip", .text), ActionField("maxGas", .unsigned(64))]
    case "hip3LiquidatorTransfer":
      [ActionField("dex", .text), ActionField("ntl", .unsigned(64)), ActionField("isDeposit", .flag)]
    case "validatorL1Stream": [ActionField("riskFreeRate", .text)]
    default: nil
    }
  }
}
