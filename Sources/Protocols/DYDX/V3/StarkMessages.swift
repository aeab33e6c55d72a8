import Cryptography
public import Quantities

/// Parts that all v3 messages share.
public enum StarkFields {
  /// An order's signature outlives the order by seven days, so that a trade can still be settled.
  static let orderBufferHours: UInt32 = 168

  /// SHA-256 of the client's own name for the message, modulo 2^32.
  public static func nonce(clientID: String) -> UInt32 {
    UInt32(truncatingIfNeeded: SHA256.hash(Array(clientID.utf8)).word3)
  }

  /// Whole hours, rounded up, of a time in decimal seconds since 1970.
  static func hours(_ seconds: String) throws(StarkRefusal) -> UInt32 {
    guard let time = Rational(decimal: seconds), let perHour = try? Rational(1 as Int256, over: 3_600),
      let whole = try? (time * perHour).rounded(.ceiling), let hours = UInt32(exactly: whole)
    else { throw .invalidAmount(seconds) }
    return hours
  }

  static func hash(_ left: UInt256, _ right: UInt256) throws(StarkRefusal) -> UInt256 {
    guard let hash = PedersenHash.hash(left, right) else { throw .elementOutOfRange }
    return hash
  }

  /// Numbers side by side, each in as many bits as named; then so many zero bits.
  static func packed(_ parts: [(UInt64, bits: Int)], padding: Int = 0) -> UInt256 {
    var result = UInt256.zero
    for part in parts { result = (result << part.bits) | UInt256(part.0) }
    return result << padding
  }
}

/// A limit order of v3 as it is signed: the most that is sold, the least that is bought, the greatest fee.
public struct StarkOrder: Sendable, Hashable {
  public var synthetic: UInt256
  public var collateral: UInt256
  public var feeAsset: UInt256
  public var syntheticQuantums: UInt64
  public var collateralQuantums: UInt64
  public var feeQuantums: UInt64
  public var isBuying: Bool
  public var position: UInt64
  public var nonce: UInt32
  public var expirationHours: UInt32

  private static let kind: UInt64 = 3

  /// An order in a person's terms. The cost in collateral is rounded up for a buyer and down for a seller; the fee, a
  /// fraction cut to six decimals, is taken of that and rounded up.
  public init(
    network: StarkNetwork, market: String, isBuying: Bool, position: UInt64, size: String, price: String,
    limitFee: String, clientID: String, expirationSeconds: String
  ) throws(StarkRefusal) {
    guard let asset = StarkAsset.synthetic(market) else { throw .unknown(market) }
    guard let amount = Rational(decimal: size) else { throw .invalidAmount(size) }
    guard let each = Rational(decimal: price) else { throw .invalidAmount(price) }
    guard let fraction = Rational(decimal: limitFee),
      let millionths = try? (fraction * Rational(1_000_000)).rounded(.truncation)
    else { throw .invalidAmount(limitFee) }
    synthetic = asset.syntheticID
    collateral = network.collateral
    feeAsset = network.collateral
    syntheticQuantums = try asset.quantums(amount, rounding: nil)
    collateralQuantums = try StarkAsset.collateral.quantums(amount * each, rounding: isBuying ? .ceiling : .floor)
    guard
      let fee = try? Int256.multiplyDivide(Int256(collateralQuantums), millionths, by: 1_000_000, rounding: .ceiling),
      let feeQuantums = UInt64(exactly: fee)
    else { throw .invalidAmount(limitFee) }
    self.feeQuantums = feeQuantums
    self.isBuying = isBuying
    self.position = position
    nonce = StarkFields.nonce(clientID: clientID)
    let (hours, overflow) = try StarkFields.hours(expirationSeconds).addingReportingOverflow(
      StarkFields.orderBufferHours)
    if overflow { throw .invalidAmount(expirationSeconds) }
    expirationHours = hours
  }

  /// What the owner's key signs.
  public func hash() throws(StarkRefusal) -> UInt256 {
    let (sold, bought) = isBuying ? (collateral, synthetic) : (synthetic, collateral)
    let quantums =
      isBuying ? (collateralQuantums, syntheticQuantums) : (syntheticQuantums, collateralQuantums)
    let assets = try StarkFields.hash(StarkFields.hash(sold, bought), feeAsset)
    let amounts = StarkFields.packed([(quantums.0, 64), (quantums.1, 64), (feeQuantums, 64), (UInt64(nonce), 32)])
    let terms = StarkFields.packed(
      [(Self.kind, 10), (position, 64), (position, 64), (position, 64), (UInt64(expirationHours), 32)], padding: 17)
    return try StarkFields.hash(StarkFields.hash(assets, amounts), terms)
  }

  /// Whether the owner of the position's key signed this very order.
  public func verify(_ signature: StarkSignature, publicKey: UInt256) throws(StarkRefusal) {
    try signature.verify(hash(), publicKey: publicKey)
  }
}

/// Collateral out of StarkEx.
public struct StarkWithdrawal: Sendable, Hashable {
  public var network: StarkNetwork
  public var quantums: UInt64
  public var position: UInt64
  public var nonce: UInt32
  public var expirationHours: UInt32

  private static let kind: UInt64 = 6

  public init(
    network: StarkNetwork, position: UInt64, amount: String, clientID: String, expirationSeconds: String
  ) throws(StarkRefusal) {
    self.network = network
    quantums = try StarkAsset.collateral.quantums(exactly: amount)
    self.position = position
    nonce = StarkFields.nonce(clientID: clientID)
    expirationHours = try StarkFields.hours(expirationSeconds)
  }

  public func hash() throws(StarkRefusal) -> UInt256 {
    let terms = StarkFields.packed(
      [(Self.kind, 10), (position, 64), (UInt64(nonce), 32), (quantums, 64), (UInt64(expirationHours), 32)],
      padding: 49)
    return try StarkFields.hash(network.collateral, terms)
  }
}

/// Collateral from one position to another, either at once or once a condition on Ethereum is met.
public struct StarkTransfer: Sendable, Hashable {
  public var network: StarkNetwork
  public var sender: UInt64
  public var receiver: UInt64
  /// The x coordinate of the receiver's key.
  public var receiverKey: UInt256
  /// The registered fact that the transfer waits for; nil for a plain one.
  public var condition: UInt256?
  public var quantums: UInt64
  public var nonce: UInt32
  public var expirationHours: UInt32

  private static let plain: UInt64 = 4
  private static let conditional: UInt64 = 5

  public init(
    network: StarkNetwork, sender: UInt64, receiver: UInt64, receiverKey: UInt256, condition: UInt256? = nil,
    amount: String, clientID: String, expirationSeconds: String
  ) throws(StarkRefusal) {
    self.network = network
    self.sender = sender
    self.receiver = receiver
    self.receiverKey = receiverKey
    self.condition = condition
    quantums = try StarkAsset.collateral.quantums(exactly: amount)
    nonce = StarkFields.nonce(clientID: clientID)
    expirationHours = try StarkFields.hours(expirationSeconds)
  }

  /// The condition of a fact: the low 250 bits of Keccak-256 over the registry's address and the fact.
  public static func condition(registry: [UInt8], fact: [UInt8]) -> UInt256 {
    let hash = Keccak256.hash(registry + fact)
    let number = UInt256(word0: hash.word3, word1: hash.word2, word2: hash.word1, word3: hash.word0)
    return number & ((UInt256.one << 250) &- .one)
  }

  public func hash() throws(StarkRefusal) -> UInt256 {
    // Neither kind pays a fee: its asset and amount are zero.
    var parties = try StarkFields.hash(StarkFields.hash(network.collateral, .zero), receiverKey)
    if let condition { parties = try StarkFields.hash(parties, condition) }
    let positions = StarkFields.packed([(sender, 64), (receiver, 64), (sender, 64), (UInt64(nonce), 32)])
    let terms = StarkFields.packed(
      [
        (condition == nil ? Self.plain : Self.conditional, 10), (quantums, 64), (0, 64), (UInt64(expirationHours), 32),
      ], padding: 81)
    return try StarkFields.hash(StarkFields.hash(parties, positions), terms)
  }
}
