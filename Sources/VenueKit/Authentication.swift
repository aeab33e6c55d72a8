import Canonical
import Cryptography

/// What a node asks of transactions before it looks at what they want.
public struct AuthenticationTerms: Sendable, Equatable {
  /// Refuse envelopes that only name their sender.
  public var requiresSignatures: Bool
  /// The longest transaction in bytes.
  public var transactionLimit: Int

  public init(requiresSignatures: Bool, transactionLimit: Int = 1 << 20) {
    self.requiresSignatures = requiresSignatures
    self.transactionLimit = transactionLimit
  }

  /// Who stands behind an authorization; `signatures` counts those that were recovered or checked.
  @usableFromInline func signer(
    of authorization: Authorization, _ signatures: inout Int
  ) throws(KernelRefusal) -> Address {
    switch authorization {
    case .proposer: throw .proposerOnly
    case .claimed(let signer):
      guard !requiresSignatures else { throw .signatureMissing }
      // The zero address stands for the proposer, so nobody may claim to be it.
      guard signer != .zero else { throw .signatureInvalid("the zero address signs nothing") }
      return signer
    case .signature(let digest, let signature):
      signatures += 1
      do throws(SignatureError) {
        return try Secp256k1.recoverAddress(digest: digest, signature: signature)
      } catch {
        throw .signatureInvalid("\(error)")
      }
    case .publicKey(let digest, let r, let s, let key):
      signatures += 1
      do throws(SignatureError) {
        let publicKey = try PublicKey(bytes: key)
        try Secp256k1.verify(digest: digest, r: r, s: s, publicKey: publicKey, requiresLowS: true)
        return publicKey.cosmosAddress
      } catch .highS {
        throw .signatureHighS
      } catch {
        throw .signatureInvalid("\(error)")
      }
    }
  }
}

extension Venue {
  /// A function of the bytes alone, safe on any thread. All are read before the first signer is recovered, so that the
  /// curve's code and tables stay in the processor's caches.
  @inlinable public func authenticate(
    _ transactions: ArraySlice<PooledTransaction>, terms: AuthenticationTerms, signatures: inout Int
  ) -> [Result<AuthenticatedTransaction<Content>, Failure>] {
    var decoded: [Result<DecodedTransaction<Content>, Failure>] = []
    decoded.reserveCapacity(transactions.count)
    for transaction in transactions { decoded.append(read(transaction.bytes, limit: terms.transactionLimit)) }
    var results: [Result<AuthenticatedTransaction<Content>, Failure>] = []
    results.reserveCapacity(transactions.count)
    for (transaction, result) in zip(transactions, decoded) {
      do throws(Failure) {
        let read = try result.get()
        results.append(.success(try authenticated(read, transaction.isFromProposer, terms, &signatures)))
      } catch {
        results.append(.failure(error))
      }
    }
    return results
  }

  @inlinable func read(_ bytes: [UInt8], limit: Int) -> Result<DecodedTransaction<Content>, Failure> {
    guard !bytes.isEmpty else { return .failure(Failure(kernel: .emptyTransaction)) }
    guard bytes.count <= limit else {
      return .failure(Failure(kernel: .transactionTooLong(bytes: bytes.count, limit: limit)))
    }
    do throws(Failure) {
      return .success(try decode(bytes))
    } catch {
      return .failure(error)
    }
  }

  @inlinable func authenticated(
    _ decoded: DecodedTransaction<Content>, _ isFromProposer: Bool, _ terms: AuthenticationTerms,
    _ signatures: inout Int
  ) throws(Failure) -> AuthenticatedTransaction<Content> {
    do throws(KernelRefusal) {
      let isProposer = decoded.authorization == .proposer
      if isProposer && !isFromProposer { throw .proposerOnly }
      let signer = isProposer ? .zero : try terms.signer(of: decoded.authorization, &signatures)
      // Proposer's data may carry what others signed, such as the orders of its matches.
      var cosigners: [Address] = []
      for cosigner in decoded.cosigners { cosigners.append(try terms.signer(of: cosigner, &signatures)) }
      return AuthenticatedTransaction(
        content: decoded.content, signer: signer, cosigners: cosigners, isProposer: isProposer)
    } catch {
      throw Failure(kernel: error)
    }
  }
}
