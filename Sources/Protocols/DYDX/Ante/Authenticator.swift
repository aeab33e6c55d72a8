import Canonical
import Cryptography
import Quantities

/// A way of signing, read from its configuration: a key, a filter, or several of them together (rules DYDX-150 to
/// DYDX-156).
indirect enum Authenticator {
  case signature(key: [UInt8])
  case messages([String])
  case subaccounts([UInt32])
  case pairs([UInt32])
  case all([Authenticator], isPartitioned: Bool)
  case any([Authenticator], isPartitioned: Bool)

  private static let keyLength = 33

  /// Reads a configuration as the chain does whenever an authenticator is used.
  init(type: String, configuration: [UInt8]) throws(DYDXRefusal) {
    switch type {
    case "SignatureVerification": self = .signature(key: configuration)
    case "MessageFilter": self = .messages(Self.parts(configuration))
    case "SubaccountFilter": self = .subaccounts(try Self.numbers(configuration))
    case "ClobPairIdFilter": self = .pairs(try Self.numbers(configuration))
    case "AllOf", "PartitionedAllOf":
      self = .all(try Self.children(configuration), isPartitioned: type == "PartitionedAllOf")
    case "AnyOf", "PartitionedAnyOf":
      self = .any(try Self.children(configuration), isPartitioned: type == "PartitionedAnyOf")
    default: throw .chain(.internalError, "authenticator type \(type) is not registered")
    }
  }

  private static func parts(_ configuration: [UInt8]) -> [String] {
    configuration.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static func numbers(_ configuration: [UInt8]) throws(DYDXRefusal) -> [UInt32] {
    var result: [UInt32] = []
    for part in parts(configuration) {
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(part) else {
        throw .chain(.internalError, "\(part) is not a number of 32 bits")
      }
      result.append(number)
    }
    return result
  }

  /// A JSON list of at least two `{"type", "config"}`; a configuration is base64, or a list of bytes.
  static func entries(_ configuration: [UInt8]) throws(DYDXRefusal) -> [(type: String, configuration: [UInt8])] {
    guard let json = try? JSONValue(parsing: configuration), let rows = json.array else {
      throw .chain(.internalError, "not a JSON list of authenticators")
    }
    guard rows.count > 1 else { throw .chain(.invalidRequest, "at least two authenticators belong together") }
    var result: [(type: String, configuration: [UInt8])] = []
    for row in rows {
      guard let type = row["type"]?.string, let bytes = Base64.bytes(row["config"] ?? .null) else {
        throw .chain(.internalError, "an authenticator without type or configuration")
      }
      result.append((type, bytes))
    }
    return result
  }

  private static func children(_ configuration: [UInt8]) throws(DYDXRefusal) -> [Authenticator] {
    var result: [Authenticator] = []
    for entry in try entries(configuration) {
      result.append(try Authenticator(type: entry.type, configuration: entry.configuration))
    }
    return result
  }

  /// Whether every way of passing has a signature checked; what an owner adds must. Filters' configurations are not
  /// read here, and fail when they are used.
  static func requiresSignature(type: String, configuration: [UInt8]) throws(DYDXRefusal) -> Bool {
    switch type {
    case "SignatureVerification":
      guard configuration.count == keyLength else {
        throw .chain(.internalError, "a key has \(keyLength) bytes, not \(configuration.count)")
      }
      return true
    case "MessageFilter", "SubaccountFilter", "ClobPairIdFilter": return false
    case "AllOf", "PartitionedAllOf", "AnyOf", "PartitionedAnyOf":
      let isAny = type.hasSuffix("AnyOf")
      var result = isAny
      for entry in try entries(configuration) {
        guard Self.types.contains(entry.type) else {
          throw .chain(.invalidRequest, "authenticator type \(entry.type) is not registered")
        }
        let child = try requiresSignature(type: entry.type, configuration: entry.configuration)
        result = isAny ? result && child : result || child
      }
      return result
    default: throw .chain(.internalError, "authenticator type \(type) is not registered")
    }
  }

  private static let types = [
    "SignatureVerification", "MessageFilter", "SubaccountFilter", "ClobPairIdFilter", "AllOf", "AnyOf",
    "PartitionedAllOf", "PartitionedAnyOf",
  ]

  /// What is to be authenticated.
  struct Request {
    var message: RoomMessage
    var typeURL: String
    /// The transaction's signature, or its part of it.
    var signature: [UInt8]
    /// SHA-256 of what was signed.
    var digest: Hash32
    /// A key whose signature over it was checked already.
    var verifiedKey: [UInt8]?
  }

  func authenticate(_ request: Request) throws(DYDXRefusal) {
    switch self {
    case .signature(let key): try Self.verify(request, key: key)
    case .messages(let types):
      guard types.contains(request.typeURL) else {
        throw .chain(.messageTypeVerification, "\(request.typeURL) is not among \(types.joined(separator: ","))")
      }
    case .subaccounts(let numbers):
      guard let number = request.message.filteredSubaccount else { return }
      guard numbers.contains(number) else { throw .chain(.subaccountVerification, "account number \(number)") }
    case .pairs(let pairs):
      for pair in request.message.filteredPairs where !pairs.contains(pair) {
        throw .chain(.clobPairVerification, "pair \(pair)")
      }
    case .all(let children, let isPartitioned):
      for (child, part) in zip(children, try Self.parts(request, children, isPartitioned)) {
        do throws(DYDXRefusal) {
          try child.authenticate(part)
        } catch {
          throw .chain(.allOfVerification, error.text)
        }
      }
    case .any(let children, let isPartitioned):
      var reasons: [String] = []
      for (child, part) in zip(children, try Self.parts(request, children, isPartitioned)) {
        do throws(DYDXRefusal) {
          return try child.authenticate(part)
        } catch {
          reasons.append(error.text)
        }
      }
      throw .chain(.anyOfVerification, reasons.joined(separator: "; "))
    }
  }

  private static func verify(_ request: Request, key: [UInt8]) throws(DYDXRefusal) {
    if request.verifiedKey == key { return }
    do throws(SignatureError) {
      try Secp256k1.verify(digest: request.digest, signature: request.signature, publicKey: key, requiresLowS: true)
    } catch {
      throw .chain(.signatureVerification, "signature verification failed")
    }
  }

  /// The same request for every child, or one with its own signature out of a JSON list.
  private static func parts(
    _ request: Request, _ children: [Authenticator], _ isPartitioned: Bool
  ) throws(DYDXRefusal) -> [Request] {
    guard isPartitioned else { return children.map { _ in request } }
    guard let rows = (try? JSONValue(parsing: request.signature))?.array else {
      throw .chain(.invalidRequest, "failed to parse signatures")
    }
    guard rows.count == children.count else { throw .chain(.invalidRequest, "invalid number of signatures") }
    var result: [Request] = []
    for row in rows {
      guard let bytes = Base64.bytes(row) else { throw .chain(.invalidRequest, "failed to parse signatures") }
      var part = request
      part.signature = bytes
      part.verifiedKey = nil
      result.append(part)
    }
    return result
  }
}

extension RoomMessage {
  /// The account number that a filter judges; nil for what passes it.
  var filteredSubaccount: UInt32? {
    switch self {
    case .placeOrder(let message): message.order.id.subaccount.number
    case .cancelOrder(let message): message.id.subaccount.number
    case .batchCancel(let message): message.subaccount.number
    default: nil
    }
  }

  /// The pairs that a filter judges; messages without a pair pass.
  var filteredPairs: [UInt32] {
    switch self {
    case .placeOrder(let message): [message.order.id.clobPair]
    case .cancelOrder(let message): [message.id.clobPair]
    case .batchCancel(let message): message.batches.map(\.clobPair)
    default: []
    }
  }
}

/// Bytes inside JSON.
enum Base64 {
  /// Standard base64 text with its padding, or a list of numbers below 256; null is no bytes.
  static func bytes(_ json: JSONValue) -> [UInt8]? {
    if json.isNull { return [] }
    if let text = json.string { return decode(Array(text.utf8)) }
    guard let rows = json.array else { return nil }
    var result: [UInt8] = []
    for row in rows {
      guard let byte = row.integer(as: UInt8.self) else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    let padding = min(2, text.reversed().prefix { $0 == UInt8(ascii: "=") }.count)
    var (result, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for character in text.dropLast(padding) {
      guard let value = value(character) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
