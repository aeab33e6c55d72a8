import Canonical
import Quantities

// The bytes of actions on liquidity, tags 21 to 39.
extension GMXAction {
  func encodeLiquidity(into encoder: inout CanonicalEncoder) {
    switch self {
    case .createDeposit(let request, let receiver): Self.encode(21, request, receiver, into: &encoder)
    case .cancelDeposit(let id): Self.encode(22, id, into: &encoder)
    case .executeDeposit(let id): Self.encode(23, id, into: &encoder)
    case .createWithdrawal(let request, let receiver): Self.encode(24, request, receiver, into: &encoder)
    case .cancelWithdrawal(let id): Self.encode(25, id, into: &encoder)
    case .executeWithdrawal(let id): Self.encode(26, id, into: &encoder)
    case .createShift(let request, let receiver): Self.encode(27, request, receiver, into: &encoder)
    case .cancelShift(let id): Self.encode(28, id, into: &encoder)
    case .executeShift(let id): Self.encode(29, id, into: &encoder)
    case .withdrawAtOnce(let request, let receiver): Self.encode(30, request, receiver, into: &encoder)
    case .createGLVDeposit(let request, let receiver): Self.encode(31, request, receiver, into: &encoder)
    case .cancelGLVDeposit(let id): Self.encode(32, id, into: &encoder)
    case .executeGLVDeposit(let id): Self.encode(33, id, into: &encoder)
    case .createGLVWithdrawal(let request, let receiver): Self.encode(34, request, receiver, into: &encoder)
    case .cancelGLVWithdrawal(let id): Self.encode(35, id, into: &encoder)
    case .executeGLVWithdrawal(let id): Self.encode(36, id, into: &encoder)
    case .createGLVShift(let request):
      encoder.encode(tag: 37)
      encoder.encode(request)
    case .executeGLVShift(let id): Self.encode(38, id, into: &encoder)
    case .executeJustInTime(let order, let shifts):
      precondition(shifts.count < 256, "a list of shifts is no longer than its length byte can tell")
      Self.encode(39, order, into: &encoder)
      encoder.encode(UInt8(shifts.count))
      for shift in shifts { encoder.encode(shift) }
    default: return
    }
  }

  private static func encode(
    _ tag: UInt8, _ request: some CanonicalCodable, _ receiver: Address, into encoder: inout CanonicalEncoder
  ) {
    encoder.encode(tag: tag)
    encoder.encode(request)
    encoder.encode(receiver)
  }

  private static func encode(_ tag: UInt8, _ id: UInt64, into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: tag)
    encoder.encode(id)
  }

  init(liquidityTag tag: UInt8, from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    switch tag {
    case 21: self = .createDeposit(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 22: self = .cancelDeposit(try decoder.decodeInteger())
    case 23: self = .executeDeposit(try decoder.decodeInteger())
    case 24: self = .createWithdrawal(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 25: self = .cancelWithdrawal(try decoder.decodeInteger())
    case 26: self = .executeWithdrawal(try decoder.decodeInteger())
    case 27: self = .createShift(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 28: self = .cancelShift(try decoder.decodeInteger())
    case 29: self = .executeShift(try decoder.decodeInteger())
    case 30: self = .withdrawAtOnce(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 31: self = .createGLVDeposit(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 32: self = .cancelGLVDeposit(try decoder.decodeInteger())
    case 33: self = .executeGLVDeposit(try decoder.decodeInteger())
    case 34: self = .createGLVWithdrawal(try decoder.decode(), receiver: try decoder.decodeAddress())
    case 35: self = .cancelGLVWithdrawal(try decoder.decodeInteger())
    case 36: self = .executeGLVWithdrawal(try decoder.decodeInteger())
    case 37: self = .createGLVShift(try decoder.decode())
    case 38: self = .executeGLVShift(try decoder.decodeInteger())
    case 39:
      let order: UInt64 = try decoder.decodeInteger()
      var shifts: [GLVShiftRequest] = []
      for _ in 0..<(try decoder.decodeTag()) { shifts.append(try decoder.decode()) }
      self = .executeJustInTime(order: order, shifts)
    default: throw .unknownTag(tag)
    }
  }
}
