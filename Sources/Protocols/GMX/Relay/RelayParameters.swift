import Canonical
import Cryptography
import Quantities

/// A token owner's signed leave for a spender, beside the order that needs it.
public struct TokenPermit: CanonicalCodable, Equatable {
  public var owner: Address
  public var spender: Address
  public var value: UInt256
  public var deadline: UInt256
  public var v: UInt8
  public var r: Hash32
  public var s: Hash32
  public var token: Address

  public init(
    owner: Address, spender: Address, value: UInt256, deadline: UInt256, v: UInt8, r: Hash32, s: Hash32,
    token: Address
  ) {
    self.owner = owner
    self.spender = spender
    self.value = value
    self.deadline = deadline
    self.v = v
    self.r = r
    self.s = s
    self.token = token
  }

  var abi: ABIValue {
    .tuple([
      .address(owner), .address(spender), .number(value), .number(deadline), .word(Hash32(UInt64(v))), .word(r),
      .word(s), .address(token),
    ])
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(owner)
    encoder.encode(spender)
    encoder.encode(value)
    encoder.encode(deadline)
    encoder.encode(v)
    encoder.encode(r)
    encoder.encode(s)
    encoder.encode(token)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      owner: try decoder.decodeAddress(), spender: try decoder.decodeAddress(), value: try decoder.decode(),
      deadline: try decoder.decode(), v: try decoder.decodeInteger(), r: try decoder.decodeHash(),
      s: try decoder.decodeHash(), token: try decoder.decodeAddress())
  }
}

/// Calls of other contracts before the order: swaps of collateral elsewhere.
public struct ExternalCalls: CanonicalCodable, Equatable {
  public var sendTokens: [Address] = []
  public var sendAmounts: [UInt256] = []
  public var targets: [Address] = []
  public var data: [[UInt8]] = []
  public var refundTokens: [Address] = []
  public var refundReceivers: [Address] = []

  public init() {}

  var isEmpty: Bool { self == ExternalCalls() }

  var abi: ABIValue {
    .tuple([
      .addresses(sendTokens), .numbers(sendAmounts), .addresses(targets), .array(data.map { .bytes($0) }),
      .addresses(refundTokens), .addresses(refundReceivers),
    ])
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(addresses: sendTokens)
    encoder.encode(list: sendAmounts)
    encoder.encode(addresses: targets)
    encoder.encode(byteLists: data)
    encoder.encode(addresses: refundTokens)
    encoder.encode(addresses: refundReceivers)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    sendTokens = try decoder.decodeAddresses()
    sendAmounts = try decoder.decodeList()
    targets = try decoder.decodeAddresses()
    data = try decoder.decodeByteLists()
    refundTokens = try decoder.decodeAddresses()
    refundReceivers = try decoder.decodeAddresses()
  }
}

/// What a relayed call says of its own carriage: prices for the fee's swap, permits, the fee, salt, deadline and chain.
/// The order signs its hash. Rule GMX-203.
public struct RelayParameters: CanonicalCodable, Equatable {
  public var oracleTokens: [Address] = []
  public var oracleProviders: [Address] = []
  public var oracleData: [[UInt8]] = []
  public var externalCalls = ExternalCalls()
  public var tokenPermits: [TokenPermit] = []
  public var feeToken: Address
  /// Smallest units of the fee token.
  public var feeAmount: UInt256
  public var feeSwapPath: [Address] = []
  /// Salt: makes two like orders differ.
  public var userNonce: UInt256
  /// Unix seconds; the last at which the call is accepted.
  public var deadline: UInt256
  public var destinationChainID: UInt256

  public init(
    feeToken: Address, feeAmount: UInt256, userNonce: UInt256, deadline: UInt256, destinationChainID: UInt256
  ) {
    self.feeToken = feeToken
    self.feeAmount = feeAmount
    self.userNonce = userNonce
    self.deadline = deadline
    self.destinationChainID = destinationChainID
  }

  public var hash: Hash32 {
    Keccak256.hash(
      ABIValue.encode([
        .tuple([
          .addresses(oracleTokens), .addresses(oracleProviders), .array(oracleData.map { .bytes($0) }),
        ]),
        externalCalls.abi, .array(tokenPermits.map(\.abi)),
        .tuple([.address(feeToken), .number(feeAmount), .addresses(feeSwapPath)]),
        .number(userNonce), .number(deadline), .number(destinationChainID),
      ]))
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(addresses: oracleTokens)
    encoder.encode(addresses: oracleProviders)
    encoder.encode(byteLists: oracleData)
    encoder.encode(externalCalls)
    encoder.encode(list: tokenPermits)
    encoder.encode(feeToken)
    encoder.encode(feeAmount)
    encoder.encode(addresses: feeSwapPath)
    encoder.encode(userNonce)
    encoder.encode(deadline)
    encoder.encode(destinationChainID)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    oracleTokens = try decoder.decodeAddresses()
    oracleProviders = try decoder.decodeAddresses()
    oracleData = try decoder.decodeByteLists()
    externalCalls = try decoder.decode()
    tokenPermits = try decoder.decodeList()
    feeToken = try decoder.decodeAddress()
    feeAmount = try decoder.decode()
    feeSwapPath = try decoder.decodeAddresses()
    userNonce = try decoder.decode()
    deadline = try decoder.decode()
    destinationChainID = try decoder.decode()
  }
}
