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

/// Tag 0: oracle prices; tag 1: a bridge deposit.
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
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .oracle(try decoder.decodeList())
    case 1:
      let to = try decoder.decodeAddress()
      self = .deposit(to: to, amount: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}
