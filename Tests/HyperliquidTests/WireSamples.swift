import Canonical
import Cryptography
import Hyperliquid
import VenueKit

/// Made-up content of every kind that the room models, from a small generator of its own.
struct WireSamples {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
  mutating func flag() -> Bool { next() & 1 == 1 }
  /// Of any width, so that all lengths of MessagePack numbers occur.
  mutating func number() -> UInt64 { next() >> below(64) }
  mutating func address() -> Address {
    Address(word0: next(), word1: next(), word2: UInt32(truncatingIfNeeded: next()))
  }

  mutating func decimal() -> WireDecimal {
    let magnitude = Int64(next() >> (1 + below(63)))
    let rounded = flag() ? magnitude : magnitude / 100_000_000 * 100_000_000
    return below(20) == 0 ? -rounded : rounded
  }

  mutating func order() -> OrderRequest {
    let kinds = TimeInForce.allCases
    let kind: OrderKind =
      flag()
      ? .limit(kinds[Int(below(UInt64(kinds.count)))])
      : .trigger(TriggerCondition(isMarket: flag(), price: decimal(), isTakeProfit: flag()))
    return OrderRequest(
      asset: UInt32(truncatingIfNeeded: number()), isBuy: flag(), price: decimal(), size: decimal(),
      reduceOnly: flag(), kind: kind, cloid: flag() ? ClientOrderID(high: next(), low: next()) : nil)
  }

  mutating func grouping() -> OrderGrouping {
    switch below(4) {
    case 0: .none
    case 1: .normalTpsl
    case 2: .positionTpsl
    default: .priority(number())
    }
  }

  mutating func modification(alwaysPlace: Bool) -> ModifyRequest {
    ModifyRequest(
      target: flag() ? .oid(number()) : .cloid(ClientOrderID(high: next(), low: next())), order: order(),
      alwaysPlace: alwaysPlace)
  }

  mutating func content() -> HyperliquidContent {
    var content = HyperliquidContent(action: .noop, nonce: number())
    if flag() { content.vaultAddress = address() }
    if flag() { content.expiresAfter = number() }
    let asset = UInt32(truncatingIfNeeded: number())
    if below(3) == 0 { return other(nonce: content.nonce) }
    switch below(13) {
    case 0, 1:
      let orders = (0..<below(20)).map { _ in order() }
      content.action = .order(
        OrderAction(
          orders: orders, grouping: grouping(), builder: flag() ? BuilderFee(builder: address(), fee: number()) : nil))
    case 2:
      content.action = .cancel((0..<below(20)).map { _ in CancelRequest(asset: asset, oid: number()) })
      content.isFast = flag()
    case 3:
      content.action = .cancelByCloid(
        (0..<below(5)).map { _ in CancelByCloidRequest(asset: asset, cloid: ClientOrderID(high: next(), low: next())) })
      content.isFast = flag()
    case 4: content.action = .modify(modification(alwaysPlace: flag()))
    case 5:
      let always = flag()
      content.action = .batchModify((0..<1 + below(18)).map { _ in modification(alwaysPlace: always) })
    case 6: content.action = .scheduleCancel(time: flag() ? number() : nil)
    case 7: content.action = .updateLeverage(asset: asset, isCross: flag(), leverage: UInt32(below(100)))
    case 8:
      content.action = .updateIsolatedMargin(
        asset: asset, isBuy: flag(), amount: Int64(bitPattern: next()) >> Int64(below(64)))
    case 9: content.action = .vaultTransfer(vault: address(), isDeposit: flag(), amount: number())
    case 10: content.action = .noop
    default: content = userSigned(nonce: content.nonce)
    }
    return content
  }

  mutating func text() -> String { ["", "a", "0.10", "some words of more than thirty-two bytes é"][Int(below(4))] }

  mutating func transfer(nonce: UInt64) -> AssetTransfer {
    AssetTransfer(
      destination: address().description, sourceDex: text(), destinationDex: text(), token: text(), amount: text(),
      fromSubAccount: text(), nonce: nonce)
  }

  mutating func accountAction() -> AccountAction {
    switch below(16) {
    case 0: .createSubAccount(name: text())
    case 1: .renameSubAccount(address(), name: text())
    case 2: .subAccountTransfer(address(), isDeposit: flag(), amount: number())
    case 3: .subAccountSpotTransfer(address(), isDeposit: flag(), token: text(), amount: text())
    case 4: .createVault(VaultProposal(name: text(), description: text(), initial: number(), nonce: number()))
    case 5:
      .modifyVault(address(), allowsDeposits: flag() ? nil : flag(), closesOnWithdrawal: flag() ? nil : flag())
    case 6: .distributeVault(address(), amount: number())
    case 7: .sendAsset(transfer(nonce: number()))
    case 8: .reserveWeight(number(), destination: flag() ? nil : address())
    case 9: .setReferrer(code: text())
    case 10: .registerReferrer(code: text())
    case 11: .setDisplayName(text())
    case 12: .claimRewards
    case 13: .setAbstraction(text())
    case 14: .evmUserModify(usesBigBlocks: flag())
    default: .topUpIsolatedMargin(asset: UInt32(below(9)), leverage: text())
    }
  }

  mutating func deployment() -> PerpDeployment {
    func prices(_ sample: inout WireSamples) -> [DexPrice] {
      (0..<sample.below(4)).map { _ in DexPrice(sample.text(), sample.text()) }
    }
    switch below(5) {
    case 0:
      let lists = (0..<below(3)).map { _ in prices(&self) }
      return .setOracle(DexOracle(dex: text(), oracle: prices(&self), marks: lists, external: prices(&self)))
    case 1: return .haltTrading(coin: text(), isHalted: flag())
    case 2: return .setOpenInterestCaps((0..<below(4)).map { _ in DexCap(text(), number()) })
    case 3: return .setFeeScale(dex: text(), scale: text())
    default: return .setFeeRecipient(dex: text(), recipient: address())
    }
  }

  mutating func twap() -> TwapRequest {
    var twap = TwapRequest(
      asset: UInt32(below(200)), isBuy: flag(), size: decimal(), reduceOnly: flag(), minutes: number(),
      isRandomized: flag())
    if flag() {
      let trigger = flag() ? decimal() : nil
      twap.details = TwapDetails(
        trigger: trigger, isAbove: trigger != nil && flag(), stop: flag() ? decimal() : nil)
    }
    return twap
  }

  /// Actions about accounts, TWAPs, dexs, and envelopes of several signatures around any of them.
  mutating func other(nonce: UInt64) -> HyperliquidContent {
    var content = HyperliquidContent(action: .noop, nonce: nonce)
    let terms = SignedTerms(signatureChainID: "0x66eee", isMainnet: false, nonce: nonce)
    switch below(8) {
    case 0: content.action = .twapOrder(twap())
    case 1: content.action = .twapCancel(asset: UInt32(below(200)), id: number())
    case 2: content.action = .perpDeploy(deployment())
    case 3: content.action = .signed(.classTransfer(amount: text(), toPerp: flag()), terms)
    case 4: content.action = .signed(.sendAsset(transfer(nonce: nonce)), terms)
    case 5:
      let actions: [SignedAction] = [
        .spotSend(destination: text(), token: text(), amount: text()), .convertToMultiSig(signers: text()),
        .approveBuilderFee(maximum: text(), builder: address()), .setAbstraction(user: address(), word: text()),
      ]
      content.action = .signed(actions[Int(below(4))], terms)
    case 6: return envelope(nonce: nonce)
    default: content.action = .account(accountAction())
    }
    if !isSigned(content.action), flag() { content.vaultAddress = address() }
    if !isSigned(content.action), flag() { content.expiresAfter = number() }
    return content
  }

  private func isSigned(_ action: HyperliquidAction) -> Bool { if case .signed = action { true } else { false } }

  mutating func envelope(nonce: UInt64) -> HyperliquidContent {
    let actions: [HyperliquidAction] = [
      .noop, .cancel([CancelRequest(asset: 1, oid: number())]), .account(accountAction()),
      .signed(
        .classTransfer(amount: text(), toPerp: flag()),
        SignedTerms(signatureChainID: "0x66eee", isMainnet: false, nonce: nonce)),
    ]
    let action = actions[Int(below(4))]
    let signers = (0..<below(4)).map { _ in InnerSignature.claimed(address()) }
    return HyperliquidContent(
      action: .multiSig(
        MultiSigEnvelope(
          signatures: signers, user: address(), outerSigner: address(), payload: action.payload(), action: action)),
      nonce: nonce, vaultAddress: flag() ? address() : nil, expiresAfter: flag() ? number() : nil)
  }

  mutating func userSigned(nonce: UInt64) -> HyperliquidContent {
    let transfer = UserTransfer(
      signatureChainID: flag() ? "0x66eee" : "0xa4b1", isMainnet: false, destination: address().description,
      amount: flag() ? "1.0" : "0.10 not a number, but text é", time: nonce)
    switch below(4) {
    case 0: return HyperliquidContent(action: .usdSend(transfer), nonce: nonce)
    case 1: return HyperliquidContent(action: .withdraw(transfer), nonce: nonce)
    case 2:
      return HyperliquidContent(
        action: .proposer(
          .oracle([
            OraclePrice(asset: 1, oracle: decimal(), external: flag() ? decimal() : nil),
            OraclePrice(asset: 7, oracle: decimal(), external: nil),
          ])), nonce: nonce)
    default:
      return HyperliquidContent(
        action: .approveAgent(
          AgentApproval(
            signatureChainID: "66EEE", isMainnet: false, agent: address(), name: flag() ? "" : "bot", nonce: nonce)),
        nonce: nonce)
    }
  }
}
