public import Canonical

/// What a person asks for, after its message or envelope was read. The canonical form of the native envelope.
public enum DYDXAction: Sendable, Hashable {
  case place(ClobOrder)
  case cancel(OrderKey, GoodTil)
  /// Short-term cancels: client ids by pair.
  case batchCancel(Subaccount, [CancelBatch], goodTilBlock: UInt32)
  /// Custom initial margin in parts per million, by pair.
  case updateLeverage(Subaccount, [LeverageChoice])
  /// Quote quantums between accounts.
  case transfer(from: Subaccount, to: Subaccount, amount: UInt64)
  /// Quote quantums from the sender's bank balance into an account.
  case deposit(to: Subaccount, amount: UInt64)
  /// Quote quantums from an account to a bank balance.
  case withdraw(from: Subaccount, to: Address, amount: UInt64)
  /// Quote quantums from the sender's bank balance out of the chain.
  case leave(amount: UInt64)
  /// Quote quantums of an account for shares of the megavault.
  case provide(from: Subaccount, amount: UInt64)
  /// Shares of the megavault for at least so many quote quantums, paid into an account of their owner.
  case redeem(to: Subaccount, shares: UInt64, least: UInt64)

  /// The owner who must have signed; nil where whoever signed acts for himself.
  public var owner: Address? {
    switch self {
    case .place(let order): order.key.subaccount.owner
    case .cancel(let key, _): key.subaccount.owner
    case .batchCancel(let subaccount, _, _), .updateLeverage(let subaccount, _): subaccount.owner
    case .transfer(let sender, _, _), .withdraw(let sender, _, _), .provide(let sender, _): sender.owner
    case .redeem(let recipient, _, _): recipient.owner
    case .deposit, .leave: nil
    }
  }

  /// Bounded by a good-til block, so that it needs no nonce and never stands in a block on its own.
  public var isShortTerm: Bool {
    switch self {
    case .place(let order): order.key.isShortTerm
    case .cancel(let key, _): key.isShortTerm
    case .batchCancel: true
    default: false
    }
  }
}

public struct CancelBatch: Sendable, Hashable, CanonicalCodable {
  public var pair: UInt32
  public var clientIDs: [UInt32]

  public init(pair: UInt32, clientIDs: [UInt32]) {
    self.pair = pair
    self.clientIDs = clientIDs
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(pair)
    encoder.encode(UInt32(clientIDs.count))
    for id in clientIDs { encoder.encode(id) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    pair = try decoder.decodeInteger()
    clientIDs = []
    for _ in 0..<(try decoder.decodeCount(limit: 100, minimumSize: 4)) {
      clientIDs.append(try decoder.decodeInteger())
    }
  }
}

public struct LeverageChoice: Sendable, Hashable, CanonicalCodable {
  public var pair: UInt32
  public var ppm: UInt32

  public init(pair: UInt32, ppm: UInt32) {
    self.pair = pair
    self.ppm = ppm
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(pair)
    encoder.encode(ppm)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    pair = try decoder.decodeInteger()
    ppm = try decoder.decodeInteger()
  }
}

extension GoodTil: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .block(let height):
      encoder.encode(tag: 0)
      encoder.encode(height)
    case .time(let seconds):
      encoder.encode(tag: 1)
      encoder.encode(seconds)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .block(try decoder.decodeInteger())
    case 1: self = .time(try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}

extension DYDXAction: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .place(let order):
      encoder.encode(tag: 1)
      encoder.encode(order)
    case .cancel(let key, let goodTil):
      encoder.encode(tag: 2)
      encoder.encode(key)
      encoder.encode(goodTil)
    case .batchCancel(let subaccount, let batches, let last):
      encoder.encode(tag: 3)
      encoder.encode(subaccount)
      encoder.encode(list: batches)
      encoder.encode(last)
    case .updateLeverage(let subaccount, let choices):
      encoder.encode(tag: 4)
      encoder.encode(subaccount)
      encoder.encode(list: choices)
    case .transfer(let sender, let recipient, let amount):
      encoder.encode(tag: 5)
      encoder.encode(sender)
      encoder.encode(recipient)
      encoder.encode(amount)
    case .deposit(let subaccount, let amount):
      encoder.encode(tag: 6)
      encoder.encode(subaccount)
      encoder.encode(amount)
    case .withdraw(let subaccount, let recipient, let amount):
      encoder.encode(tag: 7)
      encoder.encode(subaccount)
      encoder.encode(recipient)
      encoder.encode(amount)
    case .leave(let amount):
      encoder.encode(tag: 8)
      encoder.encode(amount)
    case .provide(let sender, let amount):
      encoder.encode(tag: 9)
      encoder.encode(sender)
      encoder.encode(amount)
    case .redeem(let recipient, let shares, let least):
      encoder.encode(tag: 10)
      encoder.encode(recipient)
      encoder.encode(shares)
      encoder.encode(least)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1: self = .place(try decoder.decode())
    case 2: self = .cancel(try decoder.decode(), try decoder.decode())
    case 3:
      let subaccount = try decoder.decode(Subaccount.self)
      let batches = try decoder.decodeList(of: CancelBatch.self, limit: 100)
      self = .batchCancel(subaccount, batches, goodTilBlock: try decoder.decodeInteger())
    case 4: self = .updateLeverage(try decoder.decode(), try decoder.decodeList(limit: 100))
    case 5:
      let sender = try decoder.decode(Subaccount.self)
      self = .transfer(from: sender, to: try decoder.decode(), amount: try decoder.decodeInteger())
    case 6: self = .deposit(to: try decoder.decode(), amount: try decoder.decodeInteger())
    case 7:
      let sender = try decoder.decode(Subaccount.self)
      self = .withdraw(from: sender, to: try decoder.decodeAddress(), amount: try decoder.decodeInteger())
    case 8: self = .leave(amount: try decoder.decodeInteger())
    case 9: self = .provide(from: try decoder.decode(), amount: try decoder.decodeInteger())
    case 10:
      let recipient = try decoder.decode(Subaccount.self)
      self = .redeem(to: recipient, shares: try decoder.decodeInteger(), least: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}
