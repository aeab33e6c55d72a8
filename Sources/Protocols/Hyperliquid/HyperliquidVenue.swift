import Canonical
import Quantities
import StateStore
import VenueKit

/// HyperCore: order books with cross and isolated margin, hourly funding, a liquidation ladder that ends in HLP and in
/// deleveraging. Rules are numbered in Specs/Protocols/hyperliquid.md.
public struct HyperliquidVenue: Venue {
  public static let description = VenueDescription(
    room: "hyperliquid", title: "Hyperliquid (HyperCore)", transitionVersion: 3, keyPrefix: 0x48,
    schemes: [.proposer, .hyperliquidL1, .hyperliquidUserSigned])

  public let configuration: HyperliquidParameters
  public let chainID: String

  public init(genesis: JSONValue, chainID: String) throws(GenesisError) {
    configuration = try HyperliquidParameters(genesis: genesis)
    self.chainID = chainID
  }

  public func genesisState() -> HyperliquidState {
    var state = HyperliquidState(parameters: configuration)
    for market in configuration.markets {
      state.markets.set(market.asset, MarketRecord(market))
      if market.oraclePrice > 0 && market.isSpot {
        state.lastTrades.set(market.asset, Amount(Int128(market.oraclePrice)))
      } else if market.oraclePrice > 0 {
        state.prices.set(
          market.asset,
          PriceRecord(
            oracle: market.oraclePrice, external: 0, mark: market.oraclePrice, previousMark: market.oraclePrice, time: 0
          ))
      }
    }
    state.makeAccount(configuration.vault.address, kind: .vault)
    state.makeAccount(configuration.vault.liquidator, kind: .liquidator)
    state.settle(configuration.accounts, configuration.vaults)
    state.rebuildDerived()
    return state
  }

  // MARK: Transactions

  public func decode(_ bytes: [UInt8]) throws(HyperliquidRefusal) -> DecodedTransaction<HyperliquidContent> {
    do {
      return try HyperliquidWire.decode(bytes, isMainnet: configuration.isMainnet)
    } catch {
      throw .kernel(error)
    }
  }

  public func seal(_ content: HyperliquidContent, authority: Authority) -> [UInt8] {
    HyperliquidWire.seal(content, authority: authority, isMainnet: configuration.isMainnet)
  }

  /// Resolves the actor and burns the nonce, which stays burnt when the action is refused. Rules HL-71 to HL-73.
  public func charge(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, state: inout HyperliquidState, block: BlockContext
  ) throws(HyperliquidRefusal) {
    let content = transaction.content
    if transaction.isProposer { return }
    let (_, account) = try state.actor(of: content, signer: transaction.signer, at: block.time)
    try state.checkNonce(content.nonce, of: transaction.signer, at: block.time)
    if configuration.limits.requests > 0 { try state.countRequest(content.action, account, at: block.time) }
    state.burnNonce(content.nonce, of: transaction.signer)
  }

  public func execute(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, state: inout HyperliquidState, block: BlockContext,
    events: inout EventSink<HyperliquidEvent>
  ) throws(HyperliquidRefusal) -> [UInt8] {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    return try state.execute(transaction, &journal).canonicalBytes
  }

  public func beginBlock(
    state: inout HyperliquidState, block: BlockContext, events: inout EventSink<HyperliquidEvent>
  ) {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    state.beginBlock(&journal)
  }

  public func endBlock(
    state: inout HyperliquidState, block: BlockContext, events: inout EventSink<HyperliquidEvent>
  ) {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    state.liquidationPass(&journal)
  }

  /// Rule HL-70: proposer's data; then actions that send no taking order; then cancels; then the others.
  public func rank(_ transaction: AuthenticatedTransaction<HyperliquidContent>) -> UInt8 {
    transaction.isProposer ? 0 : transaction.content.action.rank
  }
}

extension HyperliquidAction {
  /// Signed as typed data by the person; an agent cannot.
  var isUserSigned: Bool {
    switch self {
    case .usdSend, .withdraw, .approveAgent, .signed, .multiSig: true
    default: false
    }
  }

  /// Whether the action may be done for a sub-account or vault; the others are the signer's own. Rule HL-72.
  var isForVault: Bool {
    switch self {
    case .account(.topUpIsolatedMargin): true
    case .account, .perpDeploy: false
    default: true
    }
  }

  var rank: UInt8 {
    switch self {
    case .proposer: 0
    case .cancel, .cancelByCloid, .scheduleCancel, .twapCancel: 2
    case .twapOrder: 3
    case .multiSig(let envelope): envelope.action.rank
    case .order(let action): action.orders.contains { $0.kind.takes } ? 3 : 1
    case .modify(let request): request.order.kind.takes ? 3 : 1
    case .batchModify(let requests): requests.contains { $0.order.kind.takes } ? 3 : 1
    default: 1
    }
  }
}

extension OrderKind {
  /// Whether the order may take from a book on arrival.
  var takes: Bool {
    switch self {
    case .limit(let timeInForce): timeInForce != .addLiquidityOnly
    case .trigger: false
    }
  }
}

extension HyperliquidState {
  mutating func beginBlock(_ journal: inout Journal) {
    let day = Int128(Self.day(journal.block.time))
    if counter(.lastDay) != day {
      set(.lastDay, to: day)
      rebalanceLiquidator()
    }
    runFunding(&journal)
    runScheduledCancels(&journal)
    if !parameters.dexs.isEmpty { runStaleDexs(&journal) }
    if !derived.twaps.isEmpty { runTwaps(&journal) }
  }

  mutating func execute(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    let content = transaction.content
    if case .proposer(let action) = content.action {
      guard transaction.isProposer else { throw .kernel(.proposerOnly) }
      switch action {
      case .oracle(let prices): try updateOracle(prices, &journal)
      case .deposit(let address, let amount): try deposit(amount, to: address, &journal)
      case .tokenDeposit(let address, let token, let amount): try tokenDeposit(amount, token, to: address)
      case .stake(let address, let amount):
        guard let account = account(address) else { throw .mustDeposit(address) }
        changeProfile(account) { $0.stake = amount }
        forgetFees(account)
      }
      return HyperliquidAnswer(.default)
    }
    guard !transaction.isProposer else { throw .kernel(.signatureMissing) }
    let (actor, account) = try self.actor(of: content, signer: transaction.signer, at: journal.block.time)
    if let expiry = content.expiresAfter, expiry < UInt64(max(0, journal.block.time)) {
      throw .expired(expiry, now: journal.block.time)
    }
    guard case .multiSig(let envelope) = content.action else {
      return try perform(content, actor, account, &journal)
    }
    try checkSignatures(transaction.cosigners, self.account(envelope.user) ?? account)
    var inner = content
    inner.action = envelope.action
    inner.isFast = envelope.isFast
    if case .multiSig = envelope.action { throw .account(.multiSigInner) }
    if case .proposer = envelope.action { throw .account(.multiSigInner) }
    return try perform(inner, actor, account, &journal)
  }

  /// Who acts and on whose account. Rules HL-71, HL-72, HL-79.
  @inline(__always) func actor(
    of content: HyperliquidContent, signer: Address, at time: Int64
  ) throws(HyperliquidRefusal) -> (actor: Address, account: AccountID) {
    if case .multiSig(let envelope) = content.action {
      return try multiSigActor(envelope, content, signer: signer, at: time)
    }
    return try actor(
      of: signer, userSigned: content.action.isUserSigned,
      vault: content.action.isForVault ? content.vaultAddress : nil, at: time)
  }

  private func multiSigActor(
    _ envelope: MultiSigEnvelope, _ content: HyperliquidContent, signer: Address, at time: Int64
  ) throws(HyperliquidRefusal) -> (actor: Address, account: AccountID) {
    let (user, account) = try leader(of: envelope, signer: signer, at: time)
    guard let vault = content.vaultAddress, vault != user, envelope.action.isForVault, !envelope.action.isUserSigned
    else { return (user, account) }
    return (user, try led(vault, by: user))
  }

  private mutating func perform(
    _ content: HyperliquidContent, _ actor: Address, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    switch content.action {
    case .order(let action): return try order(action, account, &journal)
    case .cancel(let requests): return try cancel(requests, isFast: content.isFast, account, &journal)
    case .cancelByCloid(let requests):
      return try cancel(byCloid: requests, isFast: content.isFast, account, &journal)
    case .modify(let request): return try modify([request], account, isBatch: false, &journal)
    case .batchModify(let requests): return try modify(requests, account, isBatch: true, &journal)
    case .scheduleCancel(let time): try scheduleCancel(time, account, &journal)
    case .updateLeverage(let asset, let isCross, let leverage):
      try updateLeverage(asset, isCross: isCross, leverage: leverage, account)
    case .updateIsolatedMargin(let asset, _, let amount): try updateIsolatedMargin(asset, amount, account)
    case .vaultTransfer(let vault, let isDeposit, let amount):
      try vaultTransfer(vault, isDeposit: isDeposit, amount, account, &journal)
    case .noop: break
    case .twapOrder(let request): return try twapOrder(request, account, &journal)
    case .twapCancel(let asset, let id): return try twapCancel(asset, id, account, &journal)
    case .account(let action): return try perform(action, content, actor, account, &journal)
    case .perpDeploy(let deployment): try deploy(deployment, actor, &journal)
    case .signed(let action, let terms): try perform(action, terms, content, actor, account, &journal)
    case .multiSig: throw .account(.multiSigInner)
    case .usdSend(let transfer): try usdSend(transfer, nonce: content.nonce, from: account, &journal)
    case .withdraw(let transfer): try withdraw(transfer, nonce: content.nonce, from: account, &journal)
    case .approveAgent(let approval):
      try approveAgent(approval, nonce: content.nonce, master: actor, at: journal.block.time)
    case .unsupported(let type): throw .unsupported(type)
    case .proposer: throw .kernel(.proposerOnly)
    }
    return HyperliquidAnswer(.default)
  }
}
