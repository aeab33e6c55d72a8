import Canonical
import VenueKit

/// Why a posted JSON value is no action of the venue; `path` leads to the place.
public struct NormalisationError: Error, Sendable, Equatable {
  public let path: String
  public let reason: String

  public init(path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// An action in the one form that is hashed.
public struct NormalisedAction: Sendable, Equatable {
  public var type: String
  /// L1 or user-signed.
  public var scheme: TransactionScheme
  public var messagePack: [UInt8]
}

extension HyperliquidWire {
  /// MessagePack of any JSON action in the order of its members: what clients hash.
  public static func encode(_ action: JSONValue) throws(MessagePackError) -> [UInt8] {
    var packer = MessagePackEncoder()
    try packer.encode(action)
    return packer.bytes
  }

  /// What the venue's server makes of a posted action before it hashes: keys in their order, unknown and absent ones
  /// dropped, prices and sizes without trailing zeros, hexadecimal in lower case. Deployment and validator actions,
  /// whose structure is not modelled, keep the order in which they came behind `type`. Texts of user-signed actions
  /// are not touched.
  public static func normalise(action: JSONValue) throws(NormalisationError) -> NormalisedAction {
    guard action.members != nil, let type = action["type"]?.string else {
      throw NormalisationError(path: "type", "an action is an object with a type")
    }
    var writer = ShapeWriter()
    if type == "multiSig" {
      try writer.writeMultiSig(action)
      return NormalisedAction(type: type, scheme: .hyperliquidUserSigned, messagePack: writer.packer.bytes)
    }
    if let schema = UserSignedSchema.find(type) {
      try writer.write(action, schema)
      return NormalisedAction(type: type, scheme: .hyperliquidUserSigned, messagePack: writer.packer.bytes)
    }
    if let fields = ActionShape.fields(ofL1: type) {
      try writer.write(record: action, [ActionField("type", .text)] + fields, path: "action")
    } else if otherL1Types.contains(type) {
      try writer.writeRaw(action)
    } else {
      throw NormalisationError(path: "type", "an unknown action type `\(type)`")
    }
    return NormalisedAction(type: type, scheme: .hyperliquidL1, messagePack: writer.packer.bytes)
  }
}

/// Writes JSON by shape.
struct ShapeWriter {
  var packer = MessagePackEncoder()

  mutating func write(_ value: JSONValue, _ shape: ActionShape, path: String) throws(NormalisationError) {
    switch shape {
    case .unsigned(let bits):
      guard let number = value.uint64, bits == 64 || number >> UInt64(bits) == 0 else {
        throw NormalisationError(path: path, "not a whole number of \(bits) bits")
      }
      packer.encode(number)
    case .signed:
      guard let number = value.int64 else { throw NormalisationError(path: path, "not a whole number of 64 bits") }
      packer.encode(number)
    case .flag:
      guard let flag = value.bool else { throw NormalisationError(path: path, "neither true nor false") }
      packer.encode(flag)
    case .text: packer.encode(try text(value, path))
    case .decimal:
      guard let decimal = WireDecimalText.normalise(try text(value, path)) else {
        throw NormalisationError(path: path, "not a decimal")
      }
      packer.encode(decimal)
    case .hex(let digits): packer.encode(try hex(value, digits: digits, path))
    case .word(let words):
      let word = try text(value, path)
      guard words.contains(word) else { throw NormalisationError(path: path, "not one of \(words)") }
      packer.encode(word)
    case .either(let first, let second): try write(value, pick(value, first, second), path: path)
    case .list(let element):
      guard let elements = value.array else { throw NormalisationError(path: path, "not a list") }
      packer.encodeArrayHeader(count: elements.count)
      for (index, item) in elements.enumerated() { try write(item, element, path: "\(path)[\(index)]") }
    case .record(let fields): try write(record: value, fields, path: path)
    case .nullable(let inner):
      if value.isNull { packer.encodeNil() } else { try write(value, inner, path: path) }
    case .raw: try encode(raw: value, path)
    }
  }

  private func pick(_ value: JSONValue, _ first: ActionShape, _ second: ActionShape) -> ActionShape {
    if case .either(let word, let record) = second { return value.string == nil ? record : word }
    return value.string == nil ? first : second
  }

  private func text(_ value: JSONValue, _ path: String) throws(NormalisationError) -> String {
    guard let text = value.string else { throw NormalisationError(path: path, "not a text") }
    return text
  }

  private func hex(_ value: JSONValue, digits: Int, _ path: String) throws(NormalisationError) -> String {
    let text = try text(value, path)
    guard let bytes = try? Hex.decode(text, count: digits / 2), digits == 40 || text.utf8.count == digits + 2 else {
      throw NormalisationError(path: path, "not \(digits) hexadecimal digits")
    }
    return Hex.encodePrefixed(bytes)
  }

  private mutating func encode(raw value: JSONValue, _ path: String) throws(NormalisationError) {
    do throws(MessagePackError) {
      try packer.encode(value)
    } catch {
      throw NormalisationError(path: path, "\(error)")
    }
  }

  mutating func write(record: JSONValue, _ fields: [ActionField], path: String) throws(NormalisationError) {
    guard record.members != nil else { throw NormalisationError(path: path, "not an object") }
    let present = fields.filter { Self.isWritten($0, record[$0.name]) }
    // The two kinds of an order exclude each other.
    if fields.contains(where: { $0.name == "limit" }), present.count != 1 {
      throw NormalisationError(path: path, "an order is either limit or trigger")
    }
    packer.encodeMapHeader(count: present.count)
    for field in present {
      let inner = path + "." + field.name
      packer.encode(field.name)
      if let value = record[field.name] {
        try write(value, field.shape, path: inner)
      } else if case .nullable = field.shape {
        packer.encodeNil()
      } else {
        throw NormalisationError(path: inner, "missing")
      }
    }
  }

  private static func isWritten(_ field: ActionField, _ value: JSONValue?) -> Bool {
    switch field.presence {
    case .required: true
    case .optional: !(value?.isNull ?? true)
    // A false flag is left out; anything that is no flag is refused where it is written.
    case .whenTrue: !(value?.isNull ?? true) && value?.bool != false
    }
  }

  /// `type` first, everything else in its order.
  mutating func writeRaw(_ action: JSONValue) throws(NormalisationError) {
    let members = action.members ?? []
    let ordered = members.filter { $0.key == "type" } + members.filter { $0.key != "type" }
    try encode(raw: .object(ordered), "action")
  }

  mutating func write(_ action: JSONValue, _ schema: UserSignedSchema) throws(NormalisationError) {
    packer.encodeMapHeader(count: schema.fields.count + 3)
    for key in ["type", "signatureChainId", "hyperliquidChain"] {
      guard let value = action[key] else { throw NormalisationError(path: key, "missing") }
      packer.encode(key)
      packer.encode(try text(value, key))
    }
    for field in schema.fields {
      // The SDK signs an unnamed agent's empty name, then leaves the key out of what it posts.
      let absent: JSONValue? = field.name == "agentName" ? .some(.string("")) : .none
      let given = action[field.name].flatMap { $0.isNull ? nil : $0 }
      guard let value = given ?? absent else { throw NormalisationError(path: field.name, "missing") }
      packer.encode(field.name)
      if field.kind == .bytes {
        guard let raw = try? Hex.decode(text(value, field.name)) else {
          throw NormalisationError(path: field.name, "not hexadecimal")
        }
        packer.encode(Hex.encodePrefixed(raw))
      } else {
        try write(value, field.kind.shape, path: field.name)
      }
    }
  }

  /// The wrapper of a multi-signature action: r and s without leading zeros, addresses in lower case.
  mutating func writeMultiSig(_ action: JSONValue) throws(NormalisationError) {
    packer.encodeMapHeader(count: 4)
    packer.encode("type")
    packer.encode("multiSig")
    packer.encode("signatureChainId")
    packer.encode(try text(action["signatureChainId"] ?? .null, "signatureChainId"))
    packer.encode("signatures")
    guard let signatures = action["signatures"]?.array else {
      throw NormalisationError(path: "signatures", "not a list")
    }
    packer.encodeArrayHeader(count: signatures.count)
    for (index, signature) in signatures.enumerated() {
      guard let parsed = HyperliquidRequest.signature(signature) else {
        throw NormalisationError(path: "signatures[\(index)]", "not r, s and v")
      }
      packer.encodeMapHeader(count: 3)
      packer.write(parsed.r.hexInteger, "r")
      packer.write(parsed.s.hexInteger, "s")
      packer.write(UInt64(parsed.v), "v")
    }
    packer.encode("payload")
    try writePayload(action["payload"] ?? .null)
  }

  private mutating func writePayload(_ payload: JSONValue) throws(NormalisationError) {
    packer.encodeMapHeader(count: 3)
    for key in ["multiSigUser", "outerSigner"] {
      packer.encode(key)
      try write(payload[key] ?? .null, .address, path: "payload." + key)
    }
    packer.encode("action")
    guard let inner = payload["action"] else { throw NormalisationError(path: "payload.action", "missing") }
    // A user-signed inner action is hashed in the order in which it came; what the server makes of it is not known.
    if let type = inner["type"]?.string, UserSignedSchema.find(type) == nil, type != "multiSig" {
      packer.bytes.append(contentsOf: try HyperliquidWire.normalise(action: inner).messagePack)
    } else {
      try encode(raw: inner, "payload.action")
    }
  }
}

extension UserSignedFieldKind {
  var shape: ActionShape {
    switch self {
    case .string: .text
    case .address: .address
    case .bool: .flag
    case .uint64: .unsigned(64)
    case .uint32: .unsigned(32)
    case .bytes: .text
    }
  }
}
