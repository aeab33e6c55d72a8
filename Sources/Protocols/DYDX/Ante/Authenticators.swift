public import Canonical
import Quantities
import StateStore

// Rules DYDX-150 to DYDX-156: ways of signing, added and removed by their owner.
extension DYDXState {
  private func checkOpen() throws(DYDXRefusal) {
    guard counter(.authenticatorsClosed).isZero else {
      throw .chain(.unauthorized, "smart account authentication flow is not active")
    }
  }

  /// Adds a way of signing and returns its number; numbers count over the whole chain.
  @discardableResult
  public mutating func addAuthenticator(_ message: AddAuthenticator) throws(DYDXRefusal) -> UInt64 {
    try checkOpen()
    guard let owner = Bech32Owner.address(message.sender) else { throw .chain(.authenticatorAddress, message.sender) }
    guard try Authenticator.requiresSignature(type: message.type, configuration: message.data) else {
      throw .chain(.internalError, "unsafe: a way of passing checks no signature")
    }
    guard let next = UInt64(exactly: counter(.nextAuthenticator)), next < .max else { throw .arithmetic(.overflow) }
    authenticators.set(
      Pair(owner, next), AuthenticatorRecord(type: message.type, configuration: message.data))
    set(.nextAuthenticator, to: Int256(next + 1))
    return next
  }

  public mutating func removeAuthenticator(_ message: RemoveAuthenticator) throws(DYDXRefusal) {
    try checkOpen()
    guard let owner = Bech32Owner.address(message.sender) else { throw .chain(.authenticatorAddress, message.sender) }
    guard authenticators.contains(Pair(owner, message.id)) else {
      throw .chain(.authenticatorNotFound, "\(message.id) of \(message.sender)")
    }
    authenticators.remove(Pair(owner, message.id))
  }

  /// Opens or closes all authenticators; the authority's own message, checked by the caller.
  public mutating func setAuthenticators(areOpen: Bool) { set(.authenticatorsClosed, to: areOpen ? 0 : 1) }

  /// Whether a resting order's ways of signing may still be used; they are not run again.
  public func mayStillUse(_ ids: [UInt64], of owner: Address) -> Bool {
    guard counter(.authenticatorsClosed).isZero else { return false }
    for id in ids {
      guard let record = authenticators[Pair(owner, id)],
        (try? Authenticator(type: record.type, configuration: record.configuration)) != nil
      else { return false }
    }
    return true
  }

  func authenticator(_ id: UInt64, of owner: Address) throws(DYDXRefusal) -> Authenticator {
    guard let record = authenticators[Pair(owner, id)] else {
      throw .chain(.authenticatorNotFound, "\(id) of \(Bech32Owner.text(owner))")
    }
    return try Authenticator(type: record.type, configuration: record.configuration)
  }
}
