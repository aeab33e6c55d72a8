import Canonical
import Quantities

// What the venue's owner does with vaults over markets. Rule GMX-140.
extension GMXState {
  /// A new vault over markets of two tokens.
  public mutating func createGLV(_ id: GLVID, longToken: TokenID, shortToken: TokenID) throws(Revert) {
    if glvs[id] != nil { throw Revert(.glvAlreadyExists, NamedFigure("glv", UInt64(id))) }
    precondition(id > 0 && id < 0x3fff, "vaults have numbers that fit beside those of markets")
    glvs.set(id, GLVRecord(longToken: longToken, shortToken: shortToken))
  }

  /// A market joins a vault: open, of the vault's two tokens, not there yet, and not one too many.
  public mutating func addMarket(
    _ id: MarketID, toGLV glvID: GLVID, _ context: inout ExecutionContext
  ) throws(Revert) {
    var glv = try glv(glvID)
    let market = try enabledMarket(id)
    let named = NamedFigure("glv", UInt64(glvID))
    if market.longToken != glv.longToken {
      throw Revert(
        .glvInvalidLongToken, named, NamedFigure("provided", .token(market.longToken)),
        NamedFigure("expected", .token(glv.longToken)))
    }
    if market.shortToken != glv.shortToken {
      throw Revert(
        .glvInvalidShortToken, named, NamedFigure("provided", .token(market.shortToken)),
        NamedFigure("expected", .token(glv.shortToken)))
    }
    if glv.markets.contains(id) {
      throw Revert(.glvMarketAlreadyExists, named, NamedFigure("market", UInt64(id)))
    }
    let most = setting(.glvMaxMarketCount)
    if !most.isZero, UInt256(UInt64(glv.markets.count + 1)) > most {
      throw Revert(.glvMaxMarketCountExceeded, named, NamedFigure("glvMaxMarketCount", most))
    }
    glv.markets.append(id)
    glvs.set(glvID, glv)
    context.emit(.glvMarketAdded, named, NamedFigure("market", UInt64(id)))
  }

  /// A market leaves a vault, which must have closed it and hold nothing of it.
  public mutating func removeMarket(
    _ id: MarketID, fromGLV glvID: GLVID, _ context: inout ExecutionContext
  ) throws(Revert) {
    var glv = try glv(glvID)
    try validateGLVMarket(glvID, id, mustBeOpen: false)
    let figures = [NamedFigure("glv", UInt64(glvID)), NamedFigure("market", UInt64(id))]
    if setting(.isGLVMarketDisabled, glvID, number: UInt64(id)).isZero {
      throw Revert(.glvEnabledMarket, figures[0], figures[1])
    }
    if !glvMarketTokens(glvID, id).isZero { throw Revert(.glvNonZeroMarketBalance, figures[0], figures[1]) }
    // The last market takes the place of the one that leaves, as in the contracts' sets.
    if let place = glv.markets.firstIndex(of: id) {
      glv.markets.swapAt(place, glv.markets.count - 1)
      glv.markets.removeLast()
    }
    glvs.set(glvID, glv)
    context.emit(.glvMarketRemoved, figures[0], figures[1])
  }
}
