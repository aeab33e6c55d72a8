import Quantities

/// A token of the venue: its symbol and the decimals of its smallest unit.
public struct TokenDescription: Sendable, Equatable {
  public var token: TokenID
  public var symbol: String
  public var decimals: UInt8
  /// Dollars with 30 decimals for one smallest unit, for tokens whose price is held; nil for those that are observed.
  public var heldPrice: UInt256?

  public init(token: TokenID, symbol: String, decimals: UInt8, heldPrice: UInt256? = nil) {
    self.token = token
    self.symbol = symbol
    self.decimals = decimals
    self.heldPrice = heldPrice
  }
}

/// A market and its name.
public struct MarketDescription: Sendable, Equatable {
  public var name: String
  public var record: MarketRecord
}

/// A vault over markets and its name.
public struct GLVDescription: Sendable, Equatable {
  public var name: String
  public var record: GLVRecord
}

/// What is fixed at genesis beside the tables: names, decimals, and how observations become prices.
public struct GMXRoster: Sendable, Equatable {
  /// By token number, which begins at one.
  public internal(set) var tokens: [TokenDescription] = []
  /// By market number, which begins at one.
  public internal(set) var markets: [MarketDescription] = []
  /// Vaults over markets that stand at genesis, by their number, which begins at one.
  public internal(set) var glvs: [GLVDescription] = []
  /// Distance of the lowest from the highest price of a token, as a factor with 30 decimals. Rule GMX-110.
  public internal(set) var spread = UInt256.zero
  /// What people bring in when they bring in dollars.
  public internal(set) var depositToken: TokenID = 0

  public init() {}

  func token(_ token: TokenID) -> TokenDescription? {
    token > 0 && Int(token) <= tokens.count ? tokens[Int(token) - 1] : nil
  }

  func token(named symbol: String) -> TokenDescription? { tokens.first { $0.symbol == symbol } }

  func market(_ market: MarketID) -> MarketDescription? {
    market > 0 && Int(market) <= markets.count ? markets[Int(market) - 1] : nil
  }

  func market(named name: String) -> MarketDescription? { markets.first { $0.name == name } }

  func marketName(_ market: MarketID) -> String { self.market(market)?.name ?? "market \(market)" }

  /// A vault by its name, or by its number.
  func glv(named name: String) -> GLVID? {
    if let place = glvs.firstIndex(where: { $0.name == name }) { return GLVID(place + 1) }
    return GLVID(name).flatMap { $0 > 0 && $0 < 0x3fff ? $0 : nil }
  }

  func glvName(_ glv: GLVID) -> String {
    glv > 0 && Int(glv) <= glvs.count ? glvs[Int(glv) - 1].name : "vault \(glv)"
  }

  func symbol(_ token: TokenID) -> String {
    if token > GMXState.glvTokenBase { return "GLV:" + glvName(token - GMXState.glvTokenBase) }
    if token > GMXState.marketTokenBase { return "GM:" + marketName(token - GMXState.marketTokenBase) }
    return self.token(token)?.symbol ?? "token \(token)"
  }
}
