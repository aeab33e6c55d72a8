import Canonical
import VenueKit

/// A decoded transaction.
public struct DYDXContent: Sendable {
  public enum Body: Sendable {
    case native(DYDXAction, nonce: UInt64)
    /// The real chain's own transactions.
    case cosmos(SignedTransaction)
    case proposer(DYDXProposerAction)
  }

  public var body: Body
  /// The bytes as they came; what a proposer's operations carry of a short-term order.
  public var sealed: [UInt8]
  /// Of a proposer's placements, in order: the owner's transaction where it is one of the real chain's.
  var placements: [SignedTransaction?] = []

  public init(_ body: Body, sealed: [UInt8] = []) {
    self.body = body
    self.sealed = sealed
  }

  public init(_ action: DYDXAction, nonce: UInt64) { self.init(.native(action, nonce: nonce)) }

  public init(_ action: DYDXProposerAction) { self.init(.proposer(action)) }

  /// The short-term order that the transaction places, if it does nothing else.
  var shortTermOrder: ClobOrder? {
    let order: ClobOrder?
    switch body {
    case .native(.place(let placed), _): order = placed
    case .cosmos(let transaction):
      guard transaction.messages.count == 1, case .placeOrder(let message) = transaction.messages[0] else { return nil }
      order = ClobOrder(message.order)
    case .native, .proposer: return nil
    }
    guard let order, order.key.isShortTerm else { return nil }
    return order
  }

  /// Through which of its owner's authenticators a permitted key signed; none where the owner did.
  var authenticators: [UInt64] {
    if case .cosmos(let transaction) = body { transaction.authenticators ?? [] } else { [] }
  }

  var isShortTerm: Bool {
    switch body {
    case .native(let action, _): action.isShortTerm
    case .cosmos(let transaction): transaction.isShortTerm
    case .proposer: false
    }
  }
}

/// Reads and writes transactions. Rule DYDX-86.
struct DYDXWire: Sendable {
  let domainSeparator: Hash32
  let chainID: String

  func decode(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    switch TransactionScheme(rawValue: bytes.first ?? 255) {
    case .proposer: return try decodeProposers(bytes)
    case .native: return try decodeNative(bytes)
    case .cosmosDirect: return try decodeCosmos(bytes)
    default: throw DYDXRefusal(kernel: .schemeUnknown(bytes.first ?? 255))
    }
  }

  private func decodeNative(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    do throws(KernelRefusal) {
      let (envelope, authorization) = try NativeEnvelope.open(bytes, domainSeparator: domainSeparator)
      let action: DYDXAction
      do throws(CanonicalError) {
        action = try DYDXAction(canonicalBytes: envelope.action)
      } catch {
        throw .malformed("\(error)")
      }
      return DecodedTransaction(
        content: DYDXContent(.native(action, nonce: envelope.nonce), sealed: bytes), authorization: authorization)
    } catch {
      throw DYDXRefusal(kernel: error)
    }
  }

  private func decodeCosmos(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    let transaction = try SignedTransaction(payload: Array(bytes.dropFirst()), chainID: chainID)
    return DecodedTransaction(
      content: DYDXContent(.cosmos(transaction), sealed: bytes), authorization: transaction.authorization)
  }

  /// A sealed short-term order of a person, in whichever form it was signed.
  private func decodePlacement(_ sealed: [UInt8]) -> DecodedTransaction<DYDXContent>? {
    switch TransactionScheme(rawValue: sealed.first ?? 255) {
    case .native: try? decodeNative(sealed)
    case .cosmosDirect: try? decodeCosmos(sealed)
    default: nil
    }
  }

  /// Orders inside a proposer's operations are read as their owners sealed them, and each owner must have signed.
  private func decodeProposers(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    var cosigners: [Authorization] = []
    var placements: [SignedTransaction?] = []
    let action: DYDXProposerAction
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      action = try DYDXProposerAction(from: &decoder) { (sealed) throws(CanonicalError) in
        guard let inner = decodePlacement(sealed), let order = inner.content.shortTermOrder else {
          throw .invalidValue("a placement that is no short-term order")
        }
        cosigners.append(inner.authorization)
        if case .cosmos(let transaction) = inner.content.body {
          placements.append(transaction)
        } else {
          placements.append(nil)
        }
        return order
      }
      try decoder.finish()
    } catch {
      throw DYDXRefusal(kernel: .malformed("\(error)"))
    }
    var content = DYDXContent(.proposer(action), sealed: bytes)
    content.placements = placements
    return DecodedTransaction(content: content, authorization: .proposer, cosigners: cosigners)
  }

  func seal(_ content: DYDXContent, authority: Authority) -> [UInt8] {
    switch content.body {
    case .proposer(let action):
      var encoder = CanonicalEncoder()
      encoder.encode(tag: TransactionScheme.proposer.rawValue)
      action.encode(into: &encoder)
      return encoder.bytes
    case .cosmos(let transaction):
      // Signed by its author already.
      return [TransactionScheme.cosmosDirect.rawValue]
        + SignedTransaction.payload(transaction.transaction.bytes, accountNumber: transaction.accountNumber)
    case .native(let action, let nonce):
      return NativeEnvelope(nonce: nonce, action: action.canonicalBytes)
        .seal(domainSeparator: domainSeparator, authority: authority)
    }
  }
}
