public import Canonical
public import Cryptography

/// A message behind its type's name.
public struct AnyMessage: WireMessage {
  public var typeURL: String
  public var value: [UInt8]

  public init(typeURL: String, value: [UInt8]) {
    self.typeURL = typeURL
    self.value = value
  }

  public init() { self.init(typeURL: "", value: []) }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: typeURL = try reader.text(field)
    case 2: value = try reader.list(field)
    default: return false
    }
    return true
  }

  func write(_ writer: inout ProtobufWriter) {
    if !typeURL.isEmpty { writer.append(1, text: typeURL) }
    if !value.isEmpty { writer.append(2, bytes: value) }
  }
}

/// What a transaction does.
public struct TransactionBody: WireMessage {
  public static let extensionType = "/dydxprotocol.accountplus.TxExtension"

  public var messages: [AnyMessage]
  public var memo: String
  /// Zero: none.
  public var timeoutHeight: UInt64
  public var extensionOptions: [AnyMessage]
  public var nonCriticalExtensionOptions: [AnyMessage]

  public init(messages: [AnyMessage], memo: String = "", timeoutHeight: UInt64 = 0, authenticators: [UInt64]? = nil) {
    self.messages = messages
    self.memo = memo
    self.timeoutHeight = timeoutHeight
    extensionOptions = []
    nonCriticalExtensionOptions = []
    if let authenticators {
      var value = ProtobufWriter()
      if !authenticators.isEmpty { value.append(1, bytes: Packed.bytes(authenticators)) }
      nonCriticalExtensionOptions = [AnyMessage(typeURL: Self.extensionType, value: value.bytes)]
    }
  }

  public init() { self.init(messages: []) }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.append(field, to: &messages)
    case 2: memo = try reader.text(field)
    case 3: timeoutHeight = try reader.uint64(field)
    case 1023: try reader.append(field, to: &extensionOptions)
    case 2047: try reader.append(field, to: &nonCriticalExtensionOptions)
    default: return false
    }
    return true
  }

  /// The authenticators chosen by the extension, one a message; nil without the extension.
  public func selectedAuthenticators() throws(ProtobufError) -> [UInt64]? {
    guard let option = nonCriticalExtensionOptions.first(where: { $0.typeURL == Self.extensionType }) else {
      return nil
    }
    var result: [UInt64] = []
    var reader = ProtobufReader(option.value)
    while let field = try reader.nextField() {
      guard field.number == 1 else { throw .unexpectedField(field.number) }
      result += try Packed.values(&reader, field)
    }
    return result
  }

  public var bytes: [UInt8] {
    var writer = ProtobufWriter()
    for message in messages { writer.append(1) { message.write(&$0) } }
    if !memo.isEmpty { writer.append(2, text: memo) }
    if timeoutHeight != 0 { writer.append(3, varint: timeoutHeight) }
    for option in extensionOptions { writer.append(1023) { option.write(&$0) } }
    for option in nonCriticalExtensionOptions { writer.append(2047) { option.write(&$0) } }
    return writer.bytes
  }
}

/// Who signs and what the transaction may cost. One signer, as this chain's trading messages have.
public struct AuthenticationInfo: WireMessage {
  public static let passesNonCritical = false
  public static let keyType = "/cosmos.crypto.secp256k1.PubKey"
  public static let directMode: UInt64 = 1

  /// Compressed, 33 bytes.
  public var publicKey: [UInt8]
  public var mode: UInt64
  public var sequence: UInt64
  public var fee: [Coin]
  public var gasLimit: UInt64
  public var payer: String
  public var granter: String
  /// How many signers the bytes named; the fields above are the last one's.
  public var signerCount = 1

  public init(publicKey: [UInt8], sequence: UInt64, fee: [Coin], gasLimit: UInt64) {
    self.publicKey = publicKey
    mode = Self.directMode
    self.sequence = sequence
    self.fee = fee
    self.gasLimit = gasLimit
    payer = ""
    granter = ""
  }

  public init() {
    self.init(publicKey: [], sequence: 0, fee: [], gasLimit: 0)
    mode = 0
    signerCount = 0
  }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1:
      signerCount += 1
      var signer = Signer()
      try reader.merge(field, into: &signer)
      (publicKey, mode, sequence) = (signer.publicKey, signer.mode.mode, signer.sequence)
    case 2:
      var terms = FeeTerms()
      try reader.merge(field, into: &terms)
      (fee, gasLimit, payer, granter) = (terms.coins, terms.gasLimit, terms.payer, terms.granter)
    default: return false
    }
    return true
  }

  public var bytes: [UInt8] {
    var key = ProtobufWriter()
    key.append(1, bytes: publicKey)
    let any = AnyMessage(typeURL: Self.keyType, value: key.bytes)
    var writer = ProtobufWriter()
    writer.append(1) { signer in
      signer.append(1) { any.write(&$0) }
      signer.append(2) { $0.append(1) { if mode != 0 { $0.append(1, varint: mode) } } }
      if sequence != 0 { signer.append(3, varint: sequence) }
    }
    writer.append(2) { part in
      for coin in fee {
        part.append(1) {
          if !coin.denomination.isEmpty { $0.append(1, text: coin.denomination) }
          if !coin.amount.isEmpty { $0.append(2, text: coin.amount) }
        }
      }
      if gasLimit != 0 { part.append(2, varint: gasLimit) }
      if !payer.isEmpty { part.append(3, text: payer) }
      if !granter.isEmpty { part.append(4, text: granter) }
    }
    return writer.bytes
  }
}

/// One signer of a transaction: its key, how it signs, and its sequence.
private struct Signer: WireMessage {
  static let passesNonCritical = false
  var key = AnyMessage()
  var mode = SignerMode()
  var sequence: UInt64 = 0

  /// Compressed; empty when none was given.
  var publicKey: [UInt8] = []

  mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1:
      try reader.merge(field, into: &key)
      guard key.typeURL == AuthenticationInfo.keyType else { throw .unexpectedField(1) }
      publicKey = try KeyBytes(bytes: key.value).compressed
    case 2: try reader.merge(field, into: &mode)
    case 3: sequence = try reader.uint64(field)
    default: return false
    }
    return true
  }
}

private struct KeyBytes: WireMessage {
  static let passesNonCritical = false
  var compressed: [UInt8] = []

  mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool {
    guard field.number == 1 else { return false }
    compressed = try reader.list(field)
    return true
  }
}

/// The way of one signer; several keys in one are passed over here and refused as an unknown way later.
private struct SignerMode: WireMessage {
  static let passesNonCritical = false
  private struct Single: WireMessage {
    static let passesNonCritical = false
    var mode: UInt64 = 0

    mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool {
      guard field.number == 1 else { return false }
      mode = try reader.uint64(field)
      return true
    }
  }

  var mode: UInt64 = 0

  mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1:
      var single = Single()
      try reader.merge(field, into: &single)
      mode = single.mode
    case 2:
      try reader.skip(field)
      mode = 0
    default: return false
    }
    return true
  }
}

private struct FeeTerms: WireMessage {
  static let passesNonCritical = false
  var coins: [Coin] = []
  var gasLimit: UInt64 = 0
  var payer = ""
  var granter = ""

  mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.append(field, to: &coins)
    case 2: gasLimit = try reader.uint64(field)
    case 3: payer = try reader.text(field)
    case 4: granter = try reader.text(field)
    default: return false
    }
    return true
  }
}

/// A transaction as it travels. The signature covers the bytes of its parts as they came, never a new encoding.
public struct CosmosTransaction: Sendable, Hashable {
  public var bodyBytes: [UInt8]
  public var authenticationBytes: [UInt8]
  public var signatures: [[UInt8]]

  public init(bodyBytes: [UInt8], authenticationBytes: [UInt8], signatures: [[UInt8]]) {
    self.bodyBytes = bodyBytes
    self.authenticationBytes = authenticationBytes
    self.signatures = signatures
  }

  /// Only the shortest form is read: body, then authentication, each at most once, then signatures, with minimal
  /// lengths. Otherwise one signed transaction had several names.
  public init(bytes: [UInt8]) throws(ProtobufError) {
    self.init(bodyBytes: [], authenticationBytes: [], signatures: [])
    var reader = ProtobufReader(bytes, requiresMinimalVarints: true)
    var last = 0
    while let field = try reader.nextField() {
      guard field.number <= 3, field.number > last || (field.number == 3 && last == 3) else {
        throw .unexpectedField(field.number)
      }
      last = field.number
      switch field.number {
      case 1: bodyBytes = try reader.list(field)
      case 2: authenticationBytes = try reader.list(field)
      default: signatures.append(try reader.list(field))
      }
    }
  }

  public var bytes: [UInt8] {
    var writer = ProtobufWriter()
    if !bodyBytes.isEmpty { writer.append(1, bytes: bodyBytes) }
    if !authenticationBytes.isEmpty { writer.append(2, bytes: authenticationBytes) }
    for signature in signatures { writer.append(3, bytes: signature) }
    return writer.bytes
  }

  /// The transaction's name: SHA-256 of its bytes.
  public var hash: Hash32 { SHA256.hash(bytes) }

  /// What the signature covers in direct mode. An account number of zero is left out, as any default.
  public func signedBytes(chainID: String, accountNumber: UInt64) -> [UInt8] {
    var writer = ProtobufWriter()
    if !bodyBytes.isEmpty { writer.append(1, bytes: bodyBytes) }
    if !authenticationBytes.isEmpty { writer.append(2, bytes: authenticationBytes) }
    if !chainID.isEmpty { writer.append(3, text: chainID) }
    if accountNumber != 0 { writer.append(4, varint: accountNumber) }
    return writer.bytes
  }

  /// Adds the deterministic signature of a key: 64 bytes, r and s, s in the lower half.
  public mutating func sign(with key: PrivateKey, chainID: String, accountNumber: UInt64) {
    let digest = SHA256.hash(signedBytes(chainID: chainID, accountNumber: accountNumber))
    let signature = Secp256k1.sign(digest: digest, with: key)
    signatures.append(signature.r.bytes + signature.s.bytes)
  }

  /// Passes silently when the only signature is the key's; a signature with high s is refused.
  public func verify(publicKey: [UInt8], chainID: String, accountNumber: UInt64) throws(SignatureError) {
    guard signatures.count == 1 else { throw .wrongLength(expected: 1, found: signatures.count) }
    try Self.verify(
      signedBytes: signedBytes(chainID: chainID, accountNumber: accountNumber), signature: signatures[0],
      publicKey: publicKey)
  }

  public static func verify(
    signedBytes: [UInt8], signature: [UInt8], publicKey: [UInt8]
  ) throws(SignatureError) {
    try Secp256k1.verify(
      digest: SHA256.hash(signedBytes), signature: signature, publicKey: publicKey, requiresLowS: true)
  }
}
