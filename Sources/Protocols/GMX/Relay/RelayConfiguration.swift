import Canonical
import Quantities

/// Which routers relay for the venue, on which chain, and by which addresses its markets and tokens are known to
/// wallets. Rule GMX-209.
public struct RelayConfiguration: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    public var address: Address
    public var number: UInt16

    public init(_ address: Address, _ number: UInt16) {
      self.address = address
      self.number = number
    }
  }

  public let chainID: UInt64
  public let router: Address
  public let subaccountRouter: Address
  /// The contract that moves traders' tokens: the only spender that a permit may name.
  public var spender: Address
  /// The token in which relayers are paid.
  public var wrappedNative: TokenID
  /// Smallest units of that token for each call; zero asks nothing.
  public var relayFee: UInt256
  public var relayer: Address
  /// Addresses of real contracts; what is not listed has the address that the venue makes of its number.
  public var markets: [Entry]
  public var tokens: [Entry]
  let domain: RelayDomain
  let subaccountDomain: RelayDomain

  public init(
    chainID: UInt64 = 42_161, router: Address = Holder.contract(1), subaccountRouter: Address = Holder.contract(2),
    spender: Address = Holder.contract(3), wrappedNative: TokenID = 1, relayFee: UInt256 = .zero,
    relayer: Address = Holder.contract(4), markets: [Entry] = [], tokens: [Entry] = []
  ) {
    self.chainID = chainID
    self.router = router
    self.subaccountRouter = subaccountRouter
    self.spender = spender
    self.wrappedNative = wrappedNative
    self.relayFee = relayFee
    self.relayer = relayer
    self.markets = markets
    self.tokens = tokens
    domain = RelayDomain(chainID: chainID, router: router)
    subaccountDomain = RelayDomain(chainID: chainID, router: subaccountRouter)
  }

  public func address(ofMarket market: MarketID) -> Address {
    markets.first { $0.number == market }?.address ?? Holder.market(market)
  }

  public func address(ofToken token: TokenID) -> Address {
    tokens.first { $0.number == token }?.address ?? Holder.token(token)
  }

  /// The zero address is no market, which swaps say.
  func market(_ address: Address) throws(Revert) -> MarketID {
    if address == .zero { return 0 }
    if let entry = markets.first(where: { $0.address == address }) { return entry.number }
    guard let number = Holder.number(address, kind: 1) else { throw Revert(.emptyMarket) }
    return number
  }

  func path(_ addresses: [Address]) throws(Revert) -> [MarketID] {
    var path: [MarketID] = []
    for address in addresses {
      if address == .zero { throw Revert(.emptyMarket) }
      path.append(try market(address))
    }
    return path
  }

  func token(_ address: Address, market: Address) throws(Revert) -> TokenID {
    if let entry = tokens.first(where: { $0.address == address }) { return entry.number }
    guard let number = Holder.number(address, kind: 6) else {
      throw Revert(
        .invalidCollateralTokenForMarket, NamedFigure("market", .account(market)),
        NamedFigure("token", .account(address)))
    }
    return number
  }
}

extension Holder {
  /// The address by which a token is known where none was given.
  public static func token(_ token: TokenID) -> Address { Address(word0: 6, word1: 0, word2: UInt32(token)) }
  /// Contracts around the venue.
  public static func contract(_ number: UInt32) -> Address { Address(word0: 7, word1: 0, word2: number) }

  /// The number in an address of the venue's own making.
  static func number(_ address: Address, kind: UInt64) -> UInt16? {
    address.word0 == kind && address.word1 == 0 ? UInt16(exactly: address.word2) : nil
  }
}
