public import Canonical
import Cryptography
public import VenueKit

/// A Cosmos transaction with the number of the account it was signed for, read and checked as far as no state is
/// needed (rules DYDX-101 to DYDX-123).
///
/// The number stands in the signed document but not in the transaction, so whoever brings the bytes to the chain adds
/// it: the payload of the chain's scheme is the number as a varint, then the bytes as they came. A wrong number fails
/// the signature, or is refused against the state.
public struct SignedTransaction: Sendable {
  public let transaction: CosmosTransaction
  public let accountNumber: UInt64
  public let body: TransactionBody
  public let authentication: AuthenticationInfo
  public let messages: [RoomMessage]
  /// The ways of signing that the transaction chose, one a message; nil without the extension.
  public let authenticators: [UInt64]?
  /// The owner of all its messages.
  public let signer: Address
  /// SHA-256 of what was signed.
  public let digest: Hash32

  public static func payload(_ transaction: [UInt8], accountNumber: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    LEB128.append(accountNumber, to: &bytes)
    return bytes + transaction
  }

  public init(payload: [UInt8], chainID: String) throws(DYDXRefusal) {
    var offset = 0
    let number: UInt64
    do throws(LEB128Error) {
      number = try LEB128.decode(payload, at: &offset, end: payload.count, minimal: true)
    } catch {
      throw .chain(.txDecode, "no account number before the transaction")
    }
    try self.init(Array(payload[offset...]), accountNumber: number, chainID: chainID)
  }

  public init(_ bytes: [UInt8], accountNumber: UInt64, chainID: String) throws(DYDXRefusal) {
    let parts = try Self.decoding { () throws(ProtobufError) in
      let transaction = try CosmosTransaction(bytes: bytes)
      let body = try TransactionBody(bytes: transaction.bodyBytes)
      let authentication = try AuthenticationInfo(bytes: transaction.authenticationBytes)
      return (transaction, body, authentication, try body.selectedAuthenticators())
    }
    (transaction, body, authentication, authenticators) = parts
    self.accountNumber = accountNumber
    messages = try Self.messages(parts.1)
    guard parts.1.extensionOptions.isEmpty else { throw .chain(.unknownExtension, "critical extension options") }
    try Self.checkKinds(messages, timeoutHeight: parts.1.timeoutHeight)
    for message in messages { try message.validate() }
    signer = try Self.signer(of: messages, isSmart: parts.3 != nil)
    try Self.checkSignatures(parts.0, parts.2)
    digest = SHA256.hash(parts.0.signedBytes(chainID: chainID, accountNumber: accountNumber))
  }

  /// Everything in it is bounded by good-til blocks, so that no sequence is compared or counted.
  public var isShortTerm: Bool { messages.allSatisfy(\.isShortTerm) }

  /// Messages of the book cost no fee.
  public var isFree: Bool { messages.allSatisfy(\.isClob) }

  /// What must hold for the key in the transaction to have signed it.
  public var authorization: Authorization {
    let signature = transaction.signatures.first ?? []
    return .publicKey(
      digest: digest, r: Hash32(signature.prefix(32)) ?? .zero, s: Hash32(signature.dropFirst(32)) ?? .zero,
      key: authentication.publicKey)
  }

  /// Passes silently when the key signed, with s in the lower half: sdk 4 otherwise.
  public func verifySignature() throws(DYDXRefusal) {
    do throws(SignatureError) {
      try Secp256k1.verify(
        digest: digest, signature: transaction.signatures.first ?? [], publicKey: authentication.publicKey,
        requiresLowS: true)
    } catch {
      throw .chain(
        .unauthorized,
        "signature verification failed; please verify account number (\(accountNumber)) and chain-id: \(error)")
    }
  }

  private static func decoding<Value>(_ body: () throws(ProtobufError) -> Value) throws(DYDXRefusal) -> Value {
    do throws(ProtobufError) {
      return try body()
    } catch {
      throw .chain(.txDecode, "\(error)")
    }
  }

  private static func messages(_ body: TransactionBody) throws(DYDXRefusal) -> [RoomMessage] {
    var result: [RoomMessage] = []
    for any in body.messages {
      guard let message = try decoding({ () throws(ProtobufError) in try RoomMessage(any) }) else {
        throw .chain(.txDecode, "unable to resolve type URL \(any.typeURL)")
      }
      result.append(message)
    }
    return result
  }

  /// What may stand together: a short-term message stands alone, stateful ones with each other and one transfer.
  private static func checkKinds(_ messages: [RoomMessage], timeoutHeight: UInt64) throws(DYDXRefusal) {
    guard !messages.isEmpty else { throw .chain(.invalidRequest, "must contain at least one message") }
    var transfers = 0
    for message in messages {
      switch message {
      case .proposedOperations:
        throw .chain(.invalidRequest, "app-injected msg must only be included by a proposer")
      case .updateDefaultQuoting, .unlockShares, .updateOperator, .setActiveState:
        throw .chain(.invalidRequest, "internal msg cannot be submitted externally")
      case .transfer: transfers += 1
      default: break
      }
    }
    guard messages.contains(where: \.isClob) else { return }
    if messages.contains(where: \.isShortTerm) {
      guard messages.count == 1 else {
        throw .chain(.invalidRequest, "a transaction with a short-term message may contain no other")
      }
      if timeoutHeight > 0, let block = messages[0].goodTilBlock, timeoutHeight < UInt64(block) {
        throw .chain(.invalidRequest, "timeout height \(timeoutHeight) lies before the good-til block \(block)")
      }
    }
    let others = messages.count { !$0.isClob }
    guard others == transfers, transfers <= 1 else {
      throw .chain(.invalidRequest, "beside orders and cancels a transaction may contain one transfer")
    }
  }

  private static func signer(of messages: [RoomMessage], isSmart: Bool) throws(DYDXRefusal) -> Address {
    var result: Address?
    for message in messages {
      guard let owner = message.signer.flatMap(Bech32Owner.address) else {
        throw .chain(.invalidAddress, message.signer ?? "a message without signer")
      }
      if let result, result != owner {
        throw isSmart
          ? .chain(.severalSigners, "only one signer is allowed")
          : .chain(.unauthorized, "invalid number of signers; expected one signature for each owner")
      }
      result = owner
    }
    guard let result else { throw .chain(.invalidRequest, "must contain at least one message") }
    return result
  }

  private static func checkSignatures(
    _ transaction: CosmosTransaction, _ authentication: AuthenticationInfo
  ) throws(DYDXRefusal) {
    guard !transaction.signatures.isEmpty else { throw .chain(.noSignatures, "") }
    guard transaction.signatures.count == 1, authentication.signerCount == 1 else {
      throw .chain(.unauthorized, "wrong number of signers; expected 1, got \(authentication.signerCount)")
    }
    guard authentication.mode == AuthenticationInfo.directMode else {
      throw .chain(.unauthorized, "sign mode \(authentication.mode) is not taken")
    }
    guard (try? PublicKey(bytes: authentication.publicKey)) != nil, authentication.publicKey.count == 33 else {
      throw .chain(.invalidPublicKey, "a compressed key of 33 bytes must come with the signature")
    }
    guard transaction.signatures[0].count == 64 else {
      throw .chain(.unauthorized, "a signature has 64 bytes, not \(transaction.signatures[0].count)")
    }
    guard authentication.payer.isEmpty, authentication.granter.isEmpty else {
      throw .chain(.unauthorized, "fee payers and granters are not taken")
    }
  }
}

extension RoomMessage {
  var goodTilBlock: UInt32? {
    switch self {
    case .placeOrder(let message): if case .block(let height) = message.order.goodTil { height } else { nil }
    case .cancelOrder(let message): if case .block(let height) = message.goodTil { height } else { nil }
    case .batchCancel(let message): message.goodTilBlock
    default: nil
    }
  }
}
