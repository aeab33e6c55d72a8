public import Canonical

/// The names under which messages travel.
public enum MessageType {
  public static let placeOrder = "/dydxprotocol.clob.MsgPlaceOrder"
  public static let cancelOrder = "/dydxprotocol.clob.MsgCancelOrder"
  public static let batchCancel = "/dydxprotocol.clob.MsgBatchCancel"
  public static let updateLeverage = "/dydxprotocol.clob.MsgUpdateLeverage"
  public static let proposedOperations = "/dydxprotocol.clob.MsgProposedOperations"
  public static let transfer = "/dydxprotocol.sending.MsgCreateTransfer"
  public static let deposit = "/dydxprotocol.sending.MsgDepositToSubaccount"
  public static let withdraw = "/dydxprotocol.sending.MsgWithdrawFromSubaccount"
  public static let bankSend = "/cosmos.bank.v1beta1.MsgSend"
  public static let depositToMegavault = "/dydxprotocol.vault.MsgDepositToMegavault"
  public static let withdrawFromMegavault = "/dydxprotocol.vault.MsgWithdrawFromMegavault"
  public static let setVaultParameters = "/dydxprotocol.vault.MsgSetVaultParams"
  public static let updateDefaultQuoting = "/dydxprotocol.vault.MsgUpdateDefaultQuotingParams"
  public static let allocateToVault = "/dydxprotocol.vault.MsgAllocateToVault"
  public static let retrieveFromVault = "/dydxprotocol.vault.MsgRetrieveFromVault"
  public static let unlockShares = "/dydxprotocol.vault.MsgUnlockShares"
  public static let updateOperator = "/dydxprotocol.vault.MsgUpdateOperatorParams"
  public static let addAuthenticator = "/dydxprotocol.accountplus.MsgAddAuthenticator"
  public static let removeAuthenticator = "/dydxprotocol.accountplus.MsgRemoveAuthenticator"
  public static let setActiveState = "/dydxprotocol.accountplus.MsgSetActiveState"
  public static let createMarket = "/dydxprotocol.listing.MsgCreateMarketPermissionless"
  public static let registerAffiliate = "/dydxprotocol.affiliates.MsgRegisterAffiliate"
}

/// A message that the room knows, decoded.
public enum RoomMessage: Sendable, Hashable {
  case placeOrder(PlaceOrder)
  case cancelOrder(CancelOrder)
  case batchCancel(BatchCancel)
  case updateLeverage(UpdateLeverage)
  case proposedOperations(ProposedOperations)
  case transfer(Transfer)
  case deposit(BankMovement)
  case withdraw(BankMovement)
  case bankSend(BankSend)
  case depositToMegavault(MegavaultDeposit)
  case withdrawFromMegavault(MegavaultWithdrawal)
  case setVaultParameters(SetVaultParameters)
  case updateDefaultQuoting(UpdateDefaultQuoting)
  case allocateToVault(VaultMovement)
  case retrieveFromVault(VaultMovement)
  case unlockShares(UnlockShares)
  case updateOperator(UpdateOperator)
  case addAuthenticator(AddAuthenticator)
  case removeAuthenticator(RemoveAuthenticator)
  case setActiveState(SetActiveState)
  case createMarket(CreateMarket)
  case registerAffiliate(RegisterAffiliate)

  /// Nil for a type that the room does not know.
  public init?(_ any: AnyMessage) throws(ProtobufError) {
    let bytes = any.value
    switch any.typeURL {
    case MessageType.placeOrder: self = .placeOrder(try PlaceOrder(bytes: bytes))
    case MessageType.cancelOrder: self = .cancelOrder(try CancelOrder(bytes: bytes))
    case MessageType.batchCancel: self = .batchCancel(try BatchCancel(bytes: bytes))
    case MessageType.updateLeverage: self = .updateLeverage(try UpdateLeverage(bytes: bytes))
    case MessageType.proposedOperations: self = .proposedOperations(try ProposedOperations(bytes: bytes))
    case MessageType.transfer: self = .transfer(try Transfer(bytes: bytes))
    case MessageType.deposit: self = .deposit(try BankMovement(bytes: bytes))
    case MessageType.withdraw: self = .withdraw(try BankMovement(bytes: bytes))
    case MessageType.bankSend: self = .bankSend(try BankSend(bytes: bytes))
    case MessageType.depositToMegavault: self = .depositToMegavault(try MegavaultDeposit(bytes: bytes))
    case MessageType.withdrawFromMegavault: self = .withdrawFromMegavault(try MegavaultWithdrawal(bytes: bytes))
    case MessageType.setVaultParameters: self = .setVaultParameters(try SetVaultParameters(bytes: bytes))
    case MessageType.updateDefaultQuoting: self = .updateDefaultQuoting(try UpdateDefaultQuoting(bytes: bytes))
    case MessageType.allocateToVault: self = .allocateToVault(try VaultMovement(bytes: bytes))
    case MessageType.retrieveFromVault: self = .retrieveFromVault(try VaultMovement(bytes: bytes))
    case MessageType.unlockShares: self = .unlockShares(try UnlockShares(bytes: bytes))
    case MessageType.updateOperator: self = .updateOperator(try UpdateOperator(bytes: bytes))
    case MessageType.addAuthenticator: self = .addAuthenticator(try AddAuthenticator(bytes: bytes))
    case MessageType.removeAuthenticator: self = .removeAuthenticator(try RemoveAuthenticator(bytes: bytes))
    case MessageType.setActiveState: self = .setActiveState(try SetActiveState(bytes: bytes))
    case MessageType.createMarket: self = .createMarket(try CreateMarket(bytes: bytes))
    case MessageType.registerAffiliate: self = .registerAffiliate(try RegisterAffiliate(bytes: bytes))
    default: return nil
    }
  }

  /// The address, as text, whose signature the message needs; nil for what only a proposer puts into a block.
  public var signer: String? {
    switch self {
    case .placeOrder(let message): message.order.id.subaccount.owner
    case .cancelOrder(let message): message.id.subaccount.owner
    case .batchCancel(let message): message.subaccount.owner
    case .updateLeverage(let message): message.subaccount.owner
    case .proposedOperations: nil
    case .transfer(let message): message.sender.owner
    case .deposit(let message): message.bankAddress
    case .withdraw(let message): message.subaccount.owner
    case .bankSend(let message): message.sender
    case .depositToMegavault(let message): message.subaccount.owner
    case .withdrawFromMegavault(let message): message.subaccount.owner
    case .setVaultParameters(let message): message.authority
    case .updateDefaultQuoting(let message): message.authority
    case .allocateToVault(let message), .retrieveFromVault(let message): message.authority
    case .unlockShares(let message): message.authority
    case .updateOperator(let message): message.authority
    case .addAuthenticator(let message): message.sender
    case .removeAuthenticator(let message): message.sender
    case .setActiveState(let message): message.authority
    case .createMarket(let message): message.subaccount.owner
    case .registerAffiliate(let message): message.referee
    }
  }

  /// An order, cancel or batch of cancels that a good-til block bounds, so that it needs no sequence.
  public var isShortTerm: Bool {
    switch self {
    case .placeOrder(let message): message.order.id.flags == OrderFlags.shortTerm
    case .cancelOrder(let message): message.id.flags == OrderFlags.shortTerm
    case .batchCancel: true
    default: false
    }
  }

  /// Messages of the order book.
  public var isClob: Bool {
    switch self {
    case .placeOrder, .cancelOrder, .batchCancel, .updateLeverage: true
    default: false
    }
  }
}
