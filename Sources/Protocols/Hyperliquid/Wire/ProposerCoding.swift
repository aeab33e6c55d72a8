import Canonical

extension OraclePrice: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(asset)
    encoder.encode(oracle)
    encoder.encode(option: external) { $0.encode($1) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    asset = try decoder.decodeInteger()
    oracle = try decoder.decodeInteger()
    external = try decoder.decodeOption { (inner) throws(CanonicalError) in try inner.decodeInteger(Int64.self) }
  }
}

/// Tag 0: oracle prices; 1: a bridge deposit; 2: a deposit of a spot token; 3: an account's stake.
extension ProposerAction: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .oracle(let prices):
      encoder.encode(tag: 0)
      encoder.encode(list: prices)
    case .deposit(let to, let amount):
      encoder.encode(tag: 1)
      encoder.encode(to)
      encoder.encode(amount)
    case .tokenDeposit(let to, let token, let amount):
      encoder.encode(tag: 2)
      encoder.encode(to)
      encoder.encode(token)
      encoder.encode(amount)
    case .stake(let address, let amount):
      encoder.encode(tag: 3)
      encoder.encode(address)
      encoder.encode(amount)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .oracle(try decoder.decodeList())
    case 1:
      let to = try decoder.decodeAddress()
      self = .deposit(to: to, amount: try decoder.decodeInteger())
    case 2:
      let to = try decoder.decodeAddress()
      let token = try decoder.decodeInteger(UInt32.self)
      self = .tokenDeposit(to: to, token: token, amount: try decoder.decodeInteger())
    case 3:
      let address = try decoder.decodeAddress()
      self = .stake(of: address, amount: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}
