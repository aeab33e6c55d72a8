import Canonical
import Quantities
import StateStore
import VenueKit

/// Makers of valid and invalid actions for the fuzzer. Rule HL-97.
extension HyperliquidVenue {
  public static let grammar: [GrammarRule] = [
    GrammarRule("oracle", weight: 14),
    GrammarRule("oracleJump", weight: 3),
    GrammarRule("deposit", weight: 8),
    GrammarRule("limitResting", weight: 16),
    GrammarRule("limitCrossing", weight: 12),
    GrammarRule("postOnly", weight: 10),
    GrammarRule("immediate", weight: 12),
    GrammarRule("batch", weight: 6),
    GrammarRule("reduceOnly", weight: 6),
    GrammarRule("closeAll", weight: 4),
    GrammarRule("withCloid", weight: 5),
    GrammarRule("cancel", weight: 8),
    GrammarRule("cancelByCloid", weight: 3),
    GrammarRule("modify", weight: 4),
    GrammarRule("modifyAlways", weight: 2),
    GrammarRule("triggerStop", weight: 4),
    GrammarRule("triggerProfit", weight: 4),
    GrammarRule("bracket", weight: 4),
    GrammarRule("positionTriggers", weight: 4),
    GrammarRule("leverage", weight: 5),
    GrammarRule("leverageIsolated", weight: 4),
    GrammarRule("isolatedMargin", weight: 4),
    GrammarRule("vaultDeposit", weight: 4),
    GrammarRule("vaultWithdraw", weight: 4),
    GrammarRule("send", weight: 3),
    GrammarRule("withdraw", weight: 3),
    GrammarRule("agent", weight: 2),
    GrammarRule("schedule", weight: 2),
    GrammarRule("noop", weight: 1),
    GrammarRule("maximumLeverage", weight: 10),
    GrammarRule("emptyBatch", weight: 1, isInvalid: true),
    GrammarRule("unknownAsset", weight: 1, isInvalid: true),
    GrammarRule("badTick", weight: 2, isInvalid: true),
    GrammarRule("farPrice", weight: 2, isInvalid: true),
    GrammarRule("tinyOrder", weight: 2, isInvalid: true),
    GrammarRule("hugeOrder", weight: 2, isInvalid: true),
    GrammarRule("staleNonce", weight: 2, isInvalid: true),
    GrammarRule("foreignCancel", weight: 2, isInvalid: true),
    GrammarRule("overWithdraw", weight: 2, isInvalid: true),
    GrammarRule("badLeverage", weight: 1, isInvalid: true),
    GrammarRule("unknownVault", weight: 1, isInvalid: true),
    GrammarRule("expired", weight: 1, isInvalid: true),
    GrammarRule("extremeNumbers", weight: 2, isInvalid: true),
  ]

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource,
    state: HyperliquidState, block: BlockContext
  ) -> GeneratedTransaction<HyperliquidContent>? {
    guard !cast.isEmpty else { return nil }
    var maker = ActionMaker(
      state: state, block: block, cast: cast, random: random,
      market: configuration.markets[Int(random.uniform(below: UInt64(configuration.markets.count)))])
    maker.person = cast[Int(maker.random.uniform(below: UInt64(cast.count)))]
    defer { random = maker.random }
    guard let action = maker.make(rule.name) else { return nil }
    if case .proposer = action {
      return GeneratedTransaction(
        content: HyperliquidContent(action: action, nonce: UInt64(max(0, block.time))), signer: .zero)
    }
    let nonce = rule.name == "staleNonce" ? 1 : nonces.next(at: block.time)
    var content = HyperliquidContent(action: action.stamped(nonce), nonce: nonce)
    if rule.name == "expired" { content.expiresAfter = 1 }
    return GeneratedTransaction(content: content, signer: maker.person)
  }
}

/// Draws one action from the state and the stream.
private struct ActionMaker {
  let state: HyperliquidState
  let block: BlockContext
  let cast: [Address]
  var random: RandomStream
  let market: MarketParameters
  var person = Address.zero

  var oracle: Ticks { state.derived.oracles[Int(market.asset)] }
  var account: AccountID? { state.account(person) }
  var cache: MarketCache? { account.map { state.marketCache($0, market.asset) } }

  mutating func make(_ rule: String) -> HyperliquidAction? {
    switch rule {
    case "oracle", "oracleJump": return oracleUpdate(isJump: rule == "oracleJump")
    case "deposit":
      return .proposer(.deposit(to: person, amount: UInt64(random.uniform(in: 1...200_000)) * 1_000_000))
    case "leverage", "leverageIsolated", "isolatedMargin", "badLeverage": return marginAction(rule)
    case "vaultDeposit", "vaultWithdraw", "send", "withdraw", "overWithdraw", "unknownVault", "agent":
      return moneyAction(rule)
    case "schedule":
      return .scheduleCancel(
        time: random.chance(ppm: 200_000) ? nil : UInt64(block.time + random.uniform(in: 0...60_000)))
    case "noop", "staleNonce", "expired": return .noop
    case "cancel", "cancelByCloid", "modify", "modifyAlways", "foreignCancel": return orderChange(rule)
    default: return newOrder(rule)
    }
  }

  private mutating func oracleUpdate(isJump: Bool) -> HyperliquidAction? {
    var prices: [OraclePrice] = []
    for market in state.parameters.markets {
      let last = state.derived.oracles[Int(market.asset)]
      let base = last > 0 ? last : max(1, Ticks(random.uniform(in: 1...60_000)) * Powers.ten(6 - market.sizeDecimals))
      let reach: Int64 = isJump ? 150_000 : 8_000
      let move = Int128(base) * Int128(random.uniform(in: -reach...reach)) / 1_000_000
      let ticks = max(100, min(HyperliquidParameters.priceMaximum / 10, base + Ticks(move)))
      guard let wire = market.wire(ticks: ticks) else { continue }
      let external = random.chance(ppm: 700_000) ? wire : nil
      prices.append(OraclePrice(asset: market.asset, oracle: wire, external: external))
    }
    return .proposer(.oracle(prices))
  }

  private mutating func marginAction(_ rule: String) -> HyperliquidAction? {
    let leverage = UInt32(random.uniform(in: 1...market.leverageMaximum))
    switch rule {
    case "leverage": return .updateLeverage(asset: market.asset, isCross: true, leverage: leverage)
    case "leverageIsolated": return .updateLeverage(asset: market.asset, isCross: false, leverage: leverage)
    case "badLeverage":
      return .updateLeverage(
        asset: market.asset, isCross: true, leverage: random.chance(ppm: 500_000) ? 0 : .max)
    default:
      return .updateIsolatedMargin(
        asset: market.asset, isBuy: true, amount: random.uniform(in: -2_000_000_000...4_000_000_000))
    }
  }

  private mutating func moneyAction(_ rule: String) -> HyperliquidAction? {
    let whole = random.uniform(in: 1...3_000)
    switch rule {
    case "vaultDeposit", "vaultWithdraw", "unknownVault":
      let vault = rule == "unknownVault" ? person : state.parameters.vault.address
      return .vaultTransfer(vault: vault, isDeposit: rule != "vaultWithdraw", amount: UInt64(whole) * 1_000_000)
    case "agent":
      let agent = Address(word0: random.next(), word1: random.next(), word2: 7)
      return .approveAgent(
        AgentApproval(
          signatureChainID: "0x66eee", isMainnet: state.parameters.isMainnet, agent: agent,
          name: random.chance(ppm: 500_000) ? "" : "bot\(random.uniform(below: 4))", nonce: 0))
    default:
      let destination = rule == "send" ? cast[Int(random.uniform(below: UInt64(cast.count)))] : person
      let amount = rule == "overWithdraw" ? "999999999999" : "\(whole).\(random.uniform(in: 0...9))"
      let transfer = UserTransfer(
        signatureChainID: "0x66eee", isMainnet: state.parameters.isMainnet, destination: destination.description,
        amount: amount, time: 0)
      return rule == "send" ? .usdSend(transfer) : .withdraw(transfer)
    }
  }

  private mutating func orderChange(_ rule: String) -> HyperliquidAction? {
    if rule == "foreignCancel" {
      return .cancel([CancelRequest(asset: market.asset, oid: random.uniform(below: 1_000) + 1)])
    }
    if rule == "cancelByCloid" {
      return .cancelByCloid([
        CancelByCloidRequest(
          asset: market.asset, cloid: ClientOrderID(high: 0, low: random.uniform(below: 8)))
      ])
    }
    guard let account, let index = state.derived.accounts[Int(account)].index(market.asset) else { return nil }
    let lists = state.derived.accounts[Int(account)].lists[index]
    let open = lists.orders + lists.triggers
    guard !open.isEmpty else { return nil }
    let oid = open[Int(random.uniform(below: UInt64(open.count)))]
    if rule == "cancel" { return .cancel([CancelRequest(asset: market.asset, oid: oid)]) }
    guard let order = limit(spread: 20_000, crossing: rule == "modifyAlways", .goodTilCancelled) else { return nil }
    let request = ModifyRequest(target: .oid(oid), order: order, alwaysPlace: rule == "modifyAlways")
    return random.chance(ppm: 500_000) ? .modify(request) : .batchModify([request])
  }

  private mutating func newOrder(_ rule: String) -> HyperliquidAction? {
    switch rule {
    case "limitResting": return single(limit(spread: 30_000, crossing: false, .goodTilCancelled))
    case "limitCrossing": return single(limit(spread: 20_000, crossing: true, .goodTilCancelled))
    case "postOnly": return single(limit(spread: 15_000, crossing: false, .addLiquidityOnly))
    case "immediate", "maximumLeverage":
      return single(limit(spread: 40_000, crossing: true, .immediateOrCancel, isLarge: rule == "maximumLeverage"))
    case "withCloid":
      guard var order = limit(spread: 30_000, crossing: false, .goodTilCancelled) else { return nil }
      order.cloid = ClientOrderID(high: 0, low: random.uniform(below: 8))
      return single(order)
    case "batch":
      var orders: [OrderRequest] = []
      for _ in 0..<random.uniform(in: 2...5) {
        if let order = limit(spread: 25_000, crossing: random.chance(ppm: 300_000), .goodTilCancelled) {
          orders.append(order)
        }
      }
      return orders.isEmpty ? nil : .order(OrderAction(orders: orders))
    case "reduceOnly", "closeAll": return reducing(isAll: rule == "closeAll")
    case "triggerStop", "triggerProfit", "bracket", "positionTriggers": return triggers(rule)
    default: return invalidOrder(rule)
    }
  }

  private func single(_ order: OrderRequest?) -> HyperliquidAction? {
    order.map { .order(OrderAction(orders: [$0])) }
  }

  /// A limit order within `spread` millionths of the oracle price, on its own side of it or across.
  private mutating func limit(
    spread: Int64, crossing: Bool, _ timeInForce: TimeInForce, isLarge: Bool = false
  ) -> OrderRequest? {
    guard oracle > 0 else { return nil }
    let isBuy = random.chance(ppm: 500_000)
    let distance = Int128(oracle) * Int128(random.uniform(in: 0...spread)) / 1_000_000
    let away = isBuy != crossing ? -distance : distance
    let price = max(1, market.validPrice(max(1, oracle + Ticks(away)), up: isBuy == crossing))
    let value = isLarge ? random.uniform(in: 20_000...900_000) : random.uniform(in: 8...40_000)
    let lots = max(1, Lots(clamping: Int128(value) * 1_000_000 / Int128(price)))
    guard let wirePrice = market.wire(ticks: price), let wireSize = market.wire(lots: lots) else { return nil }
    return OrderRequest(
      asset: market.asset, isBuy: isBuy, price: wirePrice, size: wireSize, kind: .limit(timeInForce))
  }

  private mutating func reducing(isAll: Bool) -> HyperliquidAction? {
    guard let cache, cache.size != 0, var order = limit(spread: 30_000, crossing: isAll, .goodTilCancelled) else {
      return nil
    }
    order.isBuy = cache.size < 0
    order.reduceOnly = true
    if isAll {
      order.size = market.wire(lots: abs(cache.size)) ?? order.size
      order.kind = .limit(.immediateOrCancel)
    }
    return single(order)
  }

  private mutating func triggers(_ rule: String) -> HyperliquidAction? {
    guard let parent = limit(spread: 10_000, crossing: random.chance(ppm: 500_000), .goodTilCancelled) else {
      return nil
    }
    let isBuy = rule == "bracket" ? !parent.isBuy : (cache?.size ?? 0) < 0
    func child(_ isTakeProfit: Bool, _ size: WireDecimal, _ draw: Int64) -> OrderRequest? {
      let distance = Int128(oracle) * Int128(draw) / 1_000_000
      let above = isBuy != isTakeProfit
      let ticks = market.validPrice(max(1, oracle + Ticks(above ? distance : -distance)), up: above)
      guard ticks > 0, let wire = market.wire(ticks: ticks) else { return nil }
      return OrderRequest(
        asset: market.asset, isBuy: isBuy, price: wire, size: size, reduceOnly: true,
        kind: .trigger(TriggerCondition(isMarket: draw % 2 == 0, price: wire, isTakeProfit: isTakeProfit)))
    }
    let draws = (random.uniform(in: 1_000...60_000), random.uniform(in: 1_000...60_000))
    switch rule {
    case "bracket":
      guard let stop = child(false, parent.size, draws.0), let profit = child(true, parent.size, draws.1) else {
        return nil
      }
      return .order(OrderAction(orders: [parent, stop, profit], grouping: .normalTpsl))
    case "positionTriggers":
      guard let stop = child(false, 0, draws.0), let profit = child(true, 0, draws.1) else { return nil }
      return .order(OrderAction(orders: [stop, profit], grouping: .positionTpsl))
    default: return single(child(rule == "triggerProfit", parent.size, draws.0))
    }
  }

  private mutating func invalidOrder(_ rule: String) -> HyperliquidAction? {
    guard var order = limit(spread: 10_000, crossing: false, .goodTilCancelled) else { return nil }
    switch rule {
    case "emptyBatch": return .order(OrderAction(orders: []))
    case "unknownAsset": order.asset = 100_000
    case "badTick": order.price += random.uniform(in: 1...99)
    case "farPrice":
      order.price = random.chance(ppm: 500_000) ? 1 : order.price.multipliedReportingOverflow(by: 3).partialValue
    case "tinyOrder": order.size = market.lotWire
    case "hugeOrder": order.size = order.size.multipliedReportingOverflow(by: 1_000_000).partialValue
    case "extremeNumbers":
      let extremes: [Int64] = [.min, -1, 0, 1, .max, .max - 1, 1 << 62]
      order.price = extremes[Int(random.uniform(below: 7))]
      order.size = extremes[Int(random.uniform(below: 7))]
    default: return nil
    }
    return single(order)
  }
}
