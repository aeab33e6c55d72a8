import Canonical
import VenueKit

/// A decoded transaction.
public struct DYDXContent: Sendable {
  public enum Body: Sendable {
    case native(DYDXAction, nonce: UInt64)
    case proposer(DYDXProposerAction)
  }

  public var body: Body
  /// The bytes as they came; what a proposer's operations carry of a short-term order.
  public var sealed: [UInt8]

  public init(_ body: Body, sealed: [UInt8] = []) {
    self.body = body
    self.sealed = sealed
  }

  public init(_ action: DYDXAction, nonce: UInt64) { self.init(.native(action, nonce: nonce)) }

  public init(_ action: DYDXProposerAction) { self.init(.proposer(action)) }

  /// The short-term order that the transaction places, if it does nothing else.
  var shortTermOrder: ClobOrder? {
    guard case .native(.place(let order), _) = body, order.key.isShortTerm else { return nil }
    return order
  }

  var isShortTerm: Bool { if case .native(let action, _) = body { action.isShortTerm } else { false } }
}

/// Reads and writes transactions. Rule DYDX-100.
struct DYDXWire: Sendable {
  let domainSeparator: Hash32

  func decode(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    switch TransactionScheme(rawValue: bytes.first ?? 255) {
    case .proposer: return try decodeProposers(bytes)
    case .native: return try decodeNative(bytes)
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

  /// Orders inside a proposer's operations are read as their owners sealed them, and each owner must have signed.
  private func decodeProposers(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    var cosigners: [Authorization] = []
    let action: DYDXProposerAction
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      action = try DYDXProposerAction(from: &decoder) { (sealed) throws(CanonicalError) in
        guard sealed.first == TransactionScheme.native.rawValue, let inner = try? decodeNative(sealed),
          let order = inner.content.shortTermOrder
        else { throw .invalidValue("a placement that is no short-term order") }
        cosigners.append(inner.authorization)
        return order
      }
      try decoder.finish()
    } catch {
      throw DYDXRefusal(kernel: .malformed("\(error)"))
    }
    return DecodedTransaction(
      content: DYDXContent(.proposer(action), sealed: bytes), authorization: .proposer, cosigners: cosigners)
  }

  func seal(_ content: DYDXContent, authority: Authority) -> [UInt8] {
    switch content.body {
    case .proposer(let action):
      var encoder = CanonicalEncoder()
      encoder.encode(tag: TransactionScheme.proposer.rawValue)
      action.encode(into: &encoder)
      return encoder.bytes
    case .native(let action, let nonce):
      return NativeEnvelope(nonce: nonce, action: action.canonicalBytes)
        .seal(domainSeparator: domainSeparator, authority: authority)
    }
  }
}
