public import Quantities

/// Why a Stark signature is not made or not accepted.
public enum StarkRefusal: Error, Sendable, Hashable {
  /// A private key is 1 to the group's order less 1.
  case keyOutOfRange
  /// Only hashes of 1 to 2^251 - 1 can be signed.
  case messageOutOfRange
  /// r, or the inverse of s, is not in 1 to 2^251 - 1.
  case signatureOutOfRange
  /// No point of the curve has this x coordinate.
  case publicKeyNotOnCurve
  case signatureMismatch
  /// A number that must be below the field's prime is not.
  case elementOutOfRange
  /// A market, asset or network that v3 did not have.
  case unknown(String)
  /// Not decimal text, or finer than the asset's quantum, or negative, or beyond 64 bits.
  case invalidAmount(String)
}

/// A key of StarkEx: the owner of positions in v3.
public struct StarkKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let secret: UInt256

  public init(_ secret: UInt256) throws(StarkRefusal) {
    guard !secret.isZero, secret < StarkCurve.order else { throw .keyOutOfRange }
    self.secret = secret
  }

  /// The x coordinate of the public point; it alone names the key.
  public var publicKey: UInt256 { StarkCurve.generatorTimes(secret).affine?.x.value ?? .zero }

  /// The deterministic signature of a message's hash.
  ///
  /// Unlike ECDSA elsewhere, r is not reduced modulo the group's order, and r and the inverse of s must be below 2^251;
  /// the next nonce is drawn until they are.
  public func sign(_ hash: UInt256) throws(StarkRefusal) -> StarkSignature {
    guard !hash.isZero, hash < StarkSignature.limit else { throw .messageOutOfRange }
    for attempt: UInt8 in 0...255 {
      let nonce = DeterministicNonce.draw(key: secret, message: hash, attempt: attempt)
      guard let r = StarkCurve.generatorTimes(nonce).affine?.x.value, !r.isZero, r < StarkSignature.limit else {
        continue
      }
      let sum = StarkCurve.sum(hash, StarkCurve.product(r, secret))
      let w = StarkCurve.product(nonce, StarkCurve.inverse(sum))
      guard !w.isZero, w < StarkSignature.limit else { continue }
      return StarkSignature(r: r, s: StarkCurve.inverse(w))
    }
    throw .signatureOutOfRange
  }

  public var description: String { "StarkKey(hidden)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

public struct StarkSignature: Sendable, Hashable {
  /// 2^251: bound of hashes, of r and of the inverse of s.
  static let limit = UInt256.one << 251

  public var r: UInt256
  public var s: UInt256

  public init(r: UInt256, s: UInt256) {
    self.r = r
    self.s = s
  }

  /// r and s, 32 bytes each, the most significant first. Nil for another length.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 64, let r = UInt256(bigEndianBytes: bytes[..<32]),
      let s = UInt256(bigEndianBytes: bytes[32...])
    else { return nil }
    self.init(r: r, s: s)
  }

  public var bytes: [UInt8] { r.bigEndianBytes + s.bigEndianBytes }

  /// Passes silently when the key of this x coordinate signed the hash; either point with that x will do.
  ///
  /// The check is x(A + B) = r or x(A - B) = r with A = (hash / s) G and B = (r / s) Q. Neither y coordinate of Q is
  /// needed: with c = y(Q)^2, B is computed on the curve y^2 = x^3 + c^2 x + b c^3, which holds (c x(Q), c^2), and the
  /// two equations, multiplied together, know only the square of y(B).
  public func verify(_ hash: UInt256, publicKey: UInt256) throws(StarkRefusal) {
    guard !hash.isZero, hash < Self.limit else { throw .messageOutOfRange }
    guard !r.isZero, r < Self.limit, !s.isZero, s < StarkCurve.order else { throw .signatureOutOfRange }
    let w = StarkCurve.inverse(s)
    guard w < Self.limit else { throw .signatureOutOfRange }
    guard let x = StarkElement(publicKey), let target = StarkElement(r) else { throw .publicKeyNotOnCurve }
    let c = StarkCurve.squareOfY(x: x)
    guard c.isSquare else { throw .publicKeyNotOnCurve }
    let twisted = ProjectivePoint(StarkPoint(c * x, c.squared)).times(StarkCurve.product(r, w), a: c.squared)
    guard let a = StarkCurve.generatorTimes(StarkCurve.product(hash, w)).affine, !twisted.isInfinity else {
      throw .signatureMismatch
    }
    let z = twisted.z.squared
    let otherX = twisted.x * (c * z).inverse
    let width = (a.x - otherX).squared
    guard !width.isZero else { throw .signatureMismatch }
    let (aa, bb) = (a.y.squared, StarkCurve.squareOfY(x: otherX))
    let rest = (target + a.x + otherX) * width - aa - bb
    guard rest.squared == (aa * bb).doubled.doubled else { throw .signatureMismatch }
  }
}
