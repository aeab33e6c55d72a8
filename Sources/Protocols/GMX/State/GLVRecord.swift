import Canonical
import StateStore

/// The number of a vault over markets; zero is none.
public typealias GLVID = UInt16

extension GLVID {
  /// The vault's own token. Numbers beyond those of vaults wrap; whoever asks for them is refused by the vault.
  var glvToken: TokenID { GMXState.glvTokenBase &+ self }
}

/// A vault over markets: it holds market tokens of markets that share its two tokens. Rule GMX-140.
public struct GLVRecord: CanonicalCodable, Equatable {
  public var longToken: TokenID
  public var shortToken: TokenID
  /// The markets it may hold, in the order in which they were added.
  public var markets: [MarketID]

  public init(longToken: TokenID, shortToken: TokenID, markets: [MarketID] = []) {
    self.longToken = longToken
    self.shortToken = shortToken
    self.markets = markets
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(longToken)
    encoder.encode(shortToken)
    encoder.encode(UInt32(truncatingIfNeeded: markets.count))
    for market in markets { encoder.encode(market) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    longToken = try decoder.decodeInteger()
    shortToken = try decoder.decodeInteger()
    markets = []
    let count = try decoder.decodeInteger(UInt32.self)
    for _ in 0..<count { markets.append(try decoder.decodeInteger()) }
  }
}
