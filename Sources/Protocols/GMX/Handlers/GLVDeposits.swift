import Canonical
import Quantities

// Rule GMX-143.
extension GLVDepositRequest: LiquidityRequest {
  public static var kindName: String { "GlvDeposit" }
  public static var vault: Address { Holder.glvVault }
  public static var createdEvent: ContractEvent.Name { .glvDepositCreated }
  public static var cancelledEvent: ContractEvent.Name { .glvDepositCancelled }

  public var brought: [TokenAmount] {
    isMarketTokenDeposit
      ? [TokenAmount(market.token, marketTokens)]
      : [TokenAmount(initialLongToken, longAmount), TokenAmount(initialShortToken, shortAmount)]
  }

  public var figures: [NamedFigure] {
    [
      NamedFigure("glv", UInt64(glv)), NamedFigure("market", UInt64(market)),
      NamedFigure("marketTokenAmount", marketTokens), NamedFigure("initialLongTokenAmount", longAmount),
      NamedFigure("initialShortTokenAmount", shortAmount), NamedFigure("minGlvTokens", minGLVTokens),
      NamedFigure("isMarketTokenDeposit", isMarketTokenDeposit),
    ]
  }

  public static var empty: ContractError { .emptyGlvDeposit }

  public static func missing(_ id: UInt64) -> Revert { Revert(.glvDepositNotFound, NamedFigure("key", id)) }

  public static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>? { state.glvDeposits[id] }

  public static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState) {
    if let record { state.glvDeposits.set(id, record) } else { state.glvDeposits.remove(id) }
  }

  /// Tokens of the other form are not taken; one token for both legs counts as the long leg.
  public func normalised() throws(Revert) -> Self {
    var request = self
    if isMarketTokenDeposit {
      request.longAmount = .zero
      request.shortAmount = .zero
      return request
    }
    request.marketTokens = .zero
    if initialLongToken == initialShortToken, !shortAmount.isZero {
      request.longAmount = try longAmount + shortAmount
      request.shortAmount = .zero
    }
    return request
  }

  public func pricedMarkets(in state: GMXState) -> [MarketID] {
    state.glvMarkets(glv) + [market] + longSwapPath + shortSwapPath
  }

  public func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert) {
    try state.validateAccount(account)
    try state.validateGLVMarket(glv, market, mustBeOpen: true)
    _ = try state.enabledMarket(market)
    try state.validateSwapPath(longSwapPath)
    try state.validateSwapPath(shortSwapPath)
    if (initialLongToken == 0) != isMarketTokenDeposit {
      throw Revert(
        .invalidGlvDepositInitialLongToken, NamedFigure("initialLongToken", .token(initialLongToken)))
    }
    if (initialShortToken == 0) != isMarketTokenDeposit {
      throw Revert(
        .invalidGlvDepositInitialShortToken, NamedFigure("initialShortToken", .token(initialShortToken)))
    }
    if isMarketTokenDeposit {
      if !longSwapPath.isEmpty || !shortSwapPath.isEmpty {
        throw Revert(
          .invalidGlvDepositSwapPath, NamedFigure("longTokenSwapPathLength", UInt64(longSwapPath.count)),
          NamedFigure("shortTokenSwapPathLength", UInt64(shortSwapPath.count)))
      }
      if marketTokens.isZero { throw Revert(.emptyGlvMarketAmount) }
    } else if longAmount.isZero && shortAmount.isZero {
      throw Revert(.emptyGlvDepositAmounts)
    }
    try state.validateReceiver(receiver)
  }

  public static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) {
    _ = try state.depositIntoGLV(record.request, receiver: record.receiver, &context)
  }
}

extension GMXState {
  /// The vault is valued after the market took the tokens, so that the fee paid there counts, and before it counts the
  /// new market tokens as its own. The vault tokens minted. Rule GMX-143.
  mutating func depositIntoGLV(
    _ request: GLVDepositRequest, receiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let glv = request.glv
    try validateFirstGLVDeposit(request, receiver: receiver)
    let received = try marketTokensForGLV(request, &context)
    let value = try glvValue(glv, maximize: true, context)
    syncGLV(glv, request.market)
    let market = try enabledMarket(request.market)
    let worst = try positivePoolValue(market, .deposits, maximize: false, context)
    let marketSupply = supplies[market.market] ?? .zero
    let usd = try usd(ofMarketTokens: received, poolValue: worst, supply: marketSupply)
    let minted = try GLV.tokens(forUsd: usd, value: value, supply: glvSupplies[glv] ?? .zero)
    if minted < request.minGLVTokens {
      throw Revert(
        .minGlvTokens, NamedFigure("received", minted), NamedFigure("expected", request.minGLVTokens))
    }
    try mintGLV(glv, minted, to: receiver)
    context.provisions.append(
      Provision(market: glv.glvToken, account: receiver, usd: usd, shares: minted, isDeposit: true))
    let best = try positivePoolValue(market, .deposits, maximize: true, context)
    try validateGLVBalance(glv, market, poolValue: best)
    context.emit(.glvDepositExecuted, NamedFigure("receivedGlvTokens", minted))
    try emitGLVValue(glv, &context)
    return minted
  }

  /// A first deposit may be asked to go to address 1 with a minimum.
  private func validateFirstGLVDeposit(_ request: GLVDepositRequest, receiver: Address) throws(Revert) {
    let least = setting(.minGLVTokensForFirstGLVDeposit, request.glv)
    if least.isZero || glvSupplies[request.glv] != nil { return }
    let expected = Address(word0: 0, word1: 0, word2: 1)
    if receiver != expected {
      throw Revert(
        .invalidReceiverForFirstGlvDeposit, NamedFigure("receiver", .account(receiver)),
        NamedFigure("expectedReceiver", .account(expected)))
    }
    if request.minGLVTokens < least {
      throw Revert(
        .invalidMinGlvTokensForFirstGlvDeposit, NamedFigure("minGlvTokens", request.minGLVTokens),
        NamedFigure("expectedMinGlvTokens", least))
    }
  }

  /// Brings market tokens to the vault: those of the depositor, or those of a deposit into the market.
  private mutating func marketTokensForGLV(
    _ request: GLVDepositRequest, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let market = try enabledMarket(request.market)
    let prices = try context.oracle.prices(of: market)
    try validateMaxProfit(market, prices, longs: .withdrawals, shorts: .withdrawals)
    let holder = Holder.glv(request.glv)
    if request.isMarketTokenDeposit {
      try transferOut(request.marketTokens, of: market.market.token, from: Holder.glvVault, to: holder)
      return request.marketTokens
    }
    var deposit = DepositRequest(
      account: holder, market: request.market, initialLongToken: request.initialLongToken,
      initialShortToken: request.initialShortToken, longAmount: request.longAmount, shortAmount: request.shortAmount)
    deposit.longSwapPath = request.longSwapPath
    deposit.shortSwapPath = request.shortSwapPath
    deposit.uiFeeReceiver = request.uiFeeReceiver
    return try self.deposit(deposit, LiquidityTerms(vault: Holder.glvVault, pricing: .deposit), &context)
  }
}
