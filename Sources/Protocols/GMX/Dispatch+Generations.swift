import Canonical
import Quantities
import StateStore
import VenueKit

// What comes by relayers, and what goes to the first generation's vault.
extension GMXState {
  /// A relayed call; its orders are carried out in the account's name. Rule GMX-204.
  mutating func perform(
    _ relayed: RelayedCall, _ configuration: RelayConfiguration, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    if isHalted { throw .halted }
    if !configuration.relayFee.isZero {
      context.oracle = oracle(
        relayed.transaction.parameters.feeSwapPath.compactMap { try? configuration.market($0) })
    }
    let account = relayed.transaction.account
    var answer = GMXAnswer.done
    try executeRelay(relayed, configuration, &context) { (state, action, context) throws(GMXRefusal) in
      answer = try state.perform(action, by: account, &context)
    }
    return answer
  }

  /// Refuses a used digest early, and accounts that nobody signs for. Rule GMX-206.
  func validateUnused(_ digest: Hash32, by signer: Address) throws(GMXRefusal) {
    if Holder.isHouse(signer) { throw .houseAccount(signer) }
    if usedDigests.contains(digest) {
      throw .revert(Revert(.invalidUserDigest, NamedFigure("digest", .hash(digest))))
    }
  }

  /// An action of the vault at the oracle's prices now; keepers of orders execute its requests. Rule GMX-169.
  mutating func perform(
    _ action: V1Action, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    context.oracle = OraclePrices(prices: derived.prices, minTimestamp: context.time, maxTimestamp: context.time)
    let isKeeper = holds(.order, signer)
    if case .liquidate = action { try demand(.liquidation, of: signer) }
    do throws(Revert) {
      switch try executeV1(action, signer: signer, isKeeper: isKeeper, &context) {
      case .amount(let amount): return .paid(amount)
      case .requested(let id): return .created(id)
      case .request(.executed): return .executed
      case .request(.cancelled(let revert)), .request(.frozen(let revert)): return .cancelled(revert.error.code)
      case .done: return .done
      }
    } catch {
      throw .revert(error)
    }
  }
}

extension GMXVenue {
  func describe(_ call: RelayCall, _ roster: GMXRoster) -> String {
    switch call {
    case .createOrder(let order): "\(order.orderType) \(order.isLong ? "long" : "short")"
    case .updateOrder(let update): "update order \(UInt256(word: update.key))"
    case .cancelOrder(let key): "cancel order \(UInt256(word: key))"
    case .batch(let creates, let updates, let cancels):
      "\(creates.count) orders, \(updates.count) updates, \(cancels.count) cancellations"
    case .removeSubaccount(let subaccount): "remove subaccount \(subaccount)"
    }
  }

  func describe(_ action: V1Action, _ roster: GMXRoster) -> String {
    switch action {
    case .swap(let path, let amountIn, _):
      "v1 swap \(amountIn) units \(path.map(roster.symbol).joined(separator: " to "))"
    case .addLiquidity(let token, let amount, _, _): "v1 buy GLP with \(amount) units \(roster.symbol(token))"
    case .removeLiquidity(let token, let amount, _): "v1 sell \(amount) units GLP for \(roster.symbol(token))"
    case .request(let request):
      "v1 \(request.isIncrease ? "increase" : "decrease") \(request.isLong ? "long" : "short") "
        + roster.symbol(request.indexToken)
    case .executeRequest(let id): "v1 execute request \(id)"
    case .cancelRequest(let id): "v1 cancel request \(id)"
    case .liquidate(let key): "v1 liquidate \(key.account) \(roster.symbol(key.indexToken))"
    case .directPoolDeposit(let token, let amount): "v1 give \(amount) units \(roster.symbol(token)) to the pool"
    case .updateFundingRate(let token): "v1 update funding rate \(roster.symbol(token))"
    }
  }
}
