import Canonical

// Writes the typed actions of accounts, vaults, TWAPs and dexs: the inverse of `AccountReader`.
extension MessagePackEncoder {
  mutating func write(_ action: AccountAction) {
    switch action {
    case .createSubAccount(let name): write(type: "createSubAccount", text: name, "name")
    case .renameSubAccount(let sub, let name):
      write(type: "subAccountModify", keys: 3)
      write(sub, "subAccountUser")
      write(name, "name")
    case .subAccountTransfer(let sub, let isDeposit, let amount):
      write(type: "subAccountTransfer", keys: 4)
      write(sub, "subAccountUser")
      write(isDeposit, "isDeposit")
      write(amount, "usd")
    case .subAccountSpotTransfer(let sub, let isDeposit, let token, let amount):
      write(type: "subAccountSpotTransfer", keys: 5)
      write(sub, "subAccountUser")
      write(isDeposit, "isDeposit")
      write(token, "token")
      write(amount, "amount")
    case .sendAsset(let transfer):
      write(type: "agentSendAsset", keys: 8)
      write(fieldsOf: transfer)
    case .reserveWeight(let weight, let destination):
      write(type: "reserveRequestWeight", keys: destination == nil ? 2 : 3)
      write(weight, "weight")
      if let destination { write(destination, "destination") }
    case .setReferrer(let code): write(type: "setReferrer", text: code, "code")
    case .registerReferrer(let code): write(type: "registerReferrer", text: code, "code")
    case .setDisplayName(let name): write(type: "setDisplayName", text: name, "displayName")
    case .claimRewards: write(type: "claimRewards", keys: 1)
    case .setAbstraction(let word): write(type: "agentSetAbstraction", text: word, "abstraction")
    case .evmUserModify(let usesBigBlocks):
      write(type: "evmUserModify", keys: 2)
      write(usesBigBlocks, "usingBigBlocks")
    case .topUpIsolatedMargin(let asset, let leverage):
      write(type: "topUpIsolatedOnlyMargin", keys: 3)
      write(UInt64(asset), "asset")
      write(leverage, "leverage")
    case .createVault, .modifyVault, .distributeVault: write(vault: action)
    }
  }

  private mutating func write(vault action: AccountAction) {
    switch action {
    case .createVault(let proposal):
      write(type: "createVault", keys: 5)
      write(proposal.name, "name")
      write(proposal.description, "description")
      write(proposal.initial, "initialUsd")
      write(proposal.nonce, "nonce")
    case .modifyVault(let vault, let allowsDeposits, let closes):
      write(type: "vaultModify", keys: 4)
      write(vault, "vaultAddress")
      write(optional: allowsDeposits, "allowDeposits")
      write(optional: closes, "alwaysCloseOnWithdraw")
    case .distributeVault(let vault, let amount):
      write(type: "vaultDistribute", keys: 3)
      write(vault, "vaultAddress")
      write(amount, "usd")
    default: break
    }
  }

  private mutating func write(type: String, text: String, _ key: String) {
    write(type: type, keys: 2)
    write(text, key)
  }

  private mutating func write(optional flag: Bool?, _ key: String) {
    encode(key)
    if let flag { encode(flag) } else { encodeNil() }
  }

  mutating func write(fieldsOf transfer: AssetTransfer) {
    write(transfer.destination, "destination")
    write(transfer.sourceDex, "sourceDex")
    write(transfer.destinationDex, "destinationDex")
    write(transfer.token, "token")
    write(transfer.amount, "amount")
    write(transfer.fromSubAccount, "fromSubAccount")
    write(transfer.nonce, "nonce")
  }

  mutating func write(_ twap: TwapRequest) {
    write(type: "twapOrder", keys: twap.details == nil ? 2 : 3)
    encode("twap")
    encodeMapHeader(count: 6)
    write(UInt64(twap.asset), "a")
    write(twap.isBuy, "b")
    write(decimal: twap.size, "s")
    write(twap.reduceOnly, "r")
    write(twap.minutes, "m")
    write(twap.isRandomized, "t")
    guard let details = twap.details else { return }
    encode("details")
    encodeMapHeader(count: 2)
    encode("t")
    if let trigger = details.trigger {
      encodeMapHeader(count: 2)
      write(decimal: trigger, "p")
      write(details.isAbove, "a")
    } else {
      encodeNil()
    }
    if let stop = details.stop {
      write(decimal: stop, "s")
    } else {
      encode("s")
      encodeNil()
    }
  }

  mutating func write(_ deployment: PerpDeployment) {
    write(type: "perpDeploy", keys: 2)
    switch deployment {
    case .setOracle(let oracle):
      encode("setOracle")
      encodeMapHeader(count: 4)
      write(oracle.dex, "dex")
      encode("oraclePxs")
      write(oracle.oracle)
      encode("markPxs")
      encodeArrayHeader(count: oracle.marks.count)
      for list in oracle.marks { write(list) }
      encode("externalPerpPxs")
      write(oracle.external)
    case .haltTrading(let coin, let isHalted):
      encode("haltTrading")
      encodeMapHeader(count: 2)
      write(coin, "coin")
      write(isHalted, "isHalted")
    case .setOpenInterestCaps(let caps):
      encode("setOpenInterestCaps")
      encodeArrayHeader(count: caps.count)
      for cap in caps {
        encodeArrayHeader(count: 2)
        encode(cap.coin)
        encode(cap.amount)
      }
    case .setFeeScale(let dex, let scale):
      encode("setFeeScale")
      encodeMapHeader(count: 2)
      write(dex, "dex")
      write(scale, "scale")
    case .setFeeRecipient(let dex, let recipient):
      encode("setFeeRecipient")
      encodeMapHeader(count: 2)
      write(dex, "dex")
      write(recipient, "feeRecipient")
    }
  }

  private mutating func write(_ prices: [DexPrice]) {
    encodeArrayHeader(count: prices.count)
    for price in prices {
      encodeArrayHeader(count: 2)
      encode(price.coin)
      encode(price.price)
    }
  }
}
