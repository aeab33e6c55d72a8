import Canonical
import Quantities
import VenueKit

extension HyperliquidVenue {
  /// One line for people, for example `order BTC buy 0.1 at 50000 Gtc`.
  public func describe(_ content: HyperliquidContent) -> String {
    func symbol(_ asset: UInt32) -> String { configuration.market(asset)?.symbol ?? "asset \(asset)" }
    func wire(_ value: WireDecimal) -> String { formatDecimal(Int128(value), scale: 8) }
    func line(_ order: OrderRequest) -> String {
      let kind =
        switch order.kind {
        case .limit(.goodTilCancelled): "Gtc"
        case .limit(.immediateOrCancel): "Ioc"
        case .limit(.addLiquidityOnly): "Alo"
        case .limit(.frontendMarket): "FrontendMarket"
        case .trigger(let condition): "\(condition.isTakeProfit ? "tp" : "sl") \(wire(condition.price))"
        }
      return "\(symbol(order.asset)) \(order.isBuy ? "buy" : "sell") \(wire(order.size)) at \(wire(order.price)) "
        + kind + (order.reduceOnly ? " reduce-only" : "")
    }
    switch content.action {
    case .order(let action): return "order " + action.orders.map(line).joined(separator: "; ")
    case .cancel(let requests):
      return "cancel " + requests.map { "\(symbol($0.asset)) \($0.oid)" }.joined(separator: "; ")
    case .cancelByCloid(let requests): return "cancelByCloid of \(requests.count)"
    case .modify(let request): return "modify to " + line(request.order)
    case .batchModify(let requests): return "batchModify to " + requests.map { line($0.order) }.joined(separator: "; ")
    case .scheduleCancel(let time): return "scheduleCancel " + (time.map { String($0) } ?? "never")
    case .updateLeverage(let asset, let isCross, let leverage):
      return "updateLeverage \(symbol(asset)) \(leverage)x \(isCross ? "cross" : "isolated")"
    case .updateIsolatedMargin(let asset, _, let amount):
      return "updateIsolatedMargin \(symbol(asset)) \(formatDecimal(Int128(amount), scale: 6)) USDC"
    case .vaultTransfer(let vault, let isDeposit, let amount):
      return "vaultTransfer \(isDeposit ? "to" : "from") \(vault): \(formatDecimal(Int128(amount), scale: 6)) USDC"
    case .noop: return "noop"
    case .twapOrder(let twap):
      return "twapOrder \(symbol(twap.asset)) \(twap.isBuy ? "buy" : "sell") \(wire(twap.size)) in \(twap.minutes) min"
    case .twapCancel(let asset, let id): return "twapCancel \(symbol(asset)) \(id)"
    case .account(let action): return "\(action)"
    case .perpDeploy(let deployment): return "perpDeploy \(deployment)"
    case .signed(let action, _): return "\(action)"
    case .multiSig(let envelope):
      let inner = HyperliquidContent(action: envelope.action, nonce: content.nonce, isFast: envelope.isFast)
      return "multiSig for \(envelope.user): " + describe(inner)
    case .usdSend(let transfer): return "usdSend \(transfer.amount) USDC to \(transfer.destination)"
    case .withdraw(let transfer): return "withdraw3 \(transfer.amount) USDC to \(transfer.destination)"
    case .approveAgent(let approval): return "approveAgent \(approval.agent) \(approval.name)"
    case .unsupported(let type): return type
    case .proposer(.oracle(let prices)):
      return "oracle " + prices.map { "\(symbol($0.asset)) \(wire($0.oracle))" }.joined(separator: "; ")
    case .proposer(.deposit(let address, let amount)):
      return "deposit \(formatDecimal(Int128(amount), scale: 6)) USDC to \(address)"
    case .proposer(.tokenDeposit(let address, let token, let amount)):
      return "deposit \(amount) of token \(token) to \(address)"
    case .proposer(.stake(let address, let amount)): return "stake \(amount) of \(address)"
    }
  }
}
