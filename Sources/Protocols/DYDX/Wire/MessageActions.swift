import Canonical
import Quantities

// Rule DYDX-120: what a message asks for in the room's own terms. Its stateless rules were checked.
extension RoomMessage {
  /// The room's action; nil for messages with handlers of their own.
  func action() throws(DYDXRefusal) -> DYDXAction? {
    switch self {
    case .placeOrder(let message):
      guard let order = ClobOrder(message.order) else {
        throw .chain(.invalidPlaceOrder, "the order stands for nothing")
      }
      return .place(order)
    case .cancelOrder(let message):
      let account = try Self.account(message.id.subaccount)
      guard let goodTil = message.goodTil else { throw .chain(.invalidOrderGoodTilBlock, "") }
      let id = message.id
      return .cancel(OrderKey(account, clientID: id.clientID, flags: id.flags, pair: id.clobPair), goodTil)
    case .batchCancel(let message):
      let batches = message.batches.map { CancelBatch(pair: $0.clobPair, clientIDs: $0.clientIDs) }
      return .batchCancel(try Self.account(message.subaccount), batches, goodTilBlock: message.goodTilBlock)
    case .updateLeverage(let message):
      let choices = message.entries.map { LeverageChoice(pair: $0.clobPair, ppm: $0.initialMarginPpm) }
      return .updateLeverage(try Self.account(message.subaccount), choices)
    case .transfer(let message):
      return .transfer(
        from: try Self.account(message.sender), to: try Self.account(message.recipient), amount: message.amount)
    case .deposit(let message):
      return .deposit(to: try Self.account(message.subaccount), amount: message.quantums)
    case .withdraw(let message):
      guard let recipient = Bech32Owner.address(message.bankAddress) else {
        throw .chain(.invalidAccountAddress, message.bankAddress)
      }
      return .withdraw(from: try Self.account(message.subaccount), to: recipient, amount: message.quantums)
    default: return nil
    }
  }

  private static func account(_ id: SubaccountID) throws(DYDXRefusal) -> Subaccount {
    guard let owner = Bech32Owner.address(id.owner) else { throw .chain(.invalidSubaccountOwner, id.owner) }
    return Subaccount(owner, id.number)
  }
}

extension DYDXState {
  /// Carries out a message that is no action of the book or of dollars.
  mutating func executeOther(_ message: RoomMessage, height: UInt64) throws(DYDXRefusal) {
    switch message {
    case .addAuthenticator(let message): try addAuthenticator(message)
    case .removeAuthenticator(let message): try removeAuthenticator(message)
    case .registerAffiliate(let message): try registerAffiliate(message)
    case .bankSend(let message): try send(message)
    case .createMarket(let message):
      // The map of markets that may be listed is the chain's neighbour, not part of the room.
      throw .chain(.listedMarketNotFound, message.ticker)
    default:
      guard try executeVault(message, height: height) else {
        throw .chain(.invalidRequest, "a message that the chain takes from nobody")
      }
    }
  }

  /// Dollars from one bank balance to another; other coins are not on this chain.
  private mutating func send(_ message: BankSend) throws(DYDXRefusal) {
    guard let sender = Bech32Owner.address(message.sender), let recipient = Bech32Owner.address(message.recipient)
    else {
      throw .chain(.invalidAddress, message.recipient)
    }
    for coin in message.coins {
      guard coin.denomination == parameters.ante.feeDenomination, let amount = UInt64(coin.amount) else {
        throw .chain(.insufficientFunds, "\(coin.amount) \(coin.denomination)")
      }
      do throws(MathematicsError) {
        try move(Int256(amount), from: Purse.bank(sender), to: Purse.bank(recipient))
      } catch {
        throw DYDXRefusal(error)
      }
    }
    ensureOwner(recipient)
  }
}
