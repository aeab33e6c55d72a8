import Canonical

/// Why typed data has no EIP-712 hash. `path` names the place in the message, such as `orders[2].price`.
public enum TypedDataError: Error, Sendable, Equatable {
  /// A structure or field name that is no identifier, or the name of an elementary type.
  case invalidName(String)
  case duplicateStructure(String)
  case duplicateField(structure: String, field: String)
  /// Neither an elementary type nor a structure of the set, nor an array of one.
  case unknownType(String)
  /// More structures, fields or array brackets than `TypedDataTypes` takes.
  case tooManyTypes
  case missingField(path: String)
  case unexpectedField(path: String)
  /// The value is of another kind than its type wants, or badly written.
  case mismatch(path: String, type: String)
  /// A number outside the range of its type, or bytes of another length.
  case outOfRange(path: String, type: String)
  /// Values inside one another beyond `TypedDataTypes.maximumDepth`.
  case tooDeep(path: String)
}

/// One field of a structure, its type as EIP-712 writes it: `uint256`, `Person`, `bytes32[2][]`.
public struct TypedField: Sendable, Equatable {
  public var name: String
  public var type: String

  public init(_ name: String, _ type: String) {
    self.name = name
    self.type = type
  }
}

/// A structure type: its name, which may contain colons, and its fields in order.
public struct TypedStructure: Sendable, Equatable {
  public var name: String
  public var fields: [TypedField]

  public init(_ name: String, _ fields: [TypedField]) {
    self.name = name
    self.fields = fields
  }
}

indirect enum TypedDataType: Sendable, Equatable {
  case address
  case bool
  case string
  case bytes
  case fixedBytes(Int)
  case unsigned(bits: Int)
  case signed(bits: Int)
  /// Index of the structure in its set.
  case structure(Int)
  /// Nil count: any length.
  case array(TypedDataType, count: Int?)
}

/// A checked set of structure types with their type hashes, computed once.
public struct TypedDataTypes: Sendable {
  public static let maximumStructures = 64
  public static let maximumFields = 256
  /// Structures and arrays inside one another, in a message and in a type.
  public static let maximumDepth = 32

  let structures: [TypedStructure]
  /// The parsed type of each field of each structure.
  let fieldTypes: [[TypedDataType]]
  private let encodings: [String]
  let hashes: [Hash32]

  public init(_ structures: [TypedStructure]) throws(TypedDataError) {
    guard structures.count <= Self.maximumStructures else { throw .tooManyTypes }
    var indexes: [String: Int] = [:]  // lookup only
    for (index, structure) in structures.enumerated() {
      guard isIdentifier(structure.name, allowingColon: true), elementaryType(structure.name) == nil else {
        throw .invalidName(structure.name)
      }
      guard indexes.updateValue(index, forKey: structure.name) == nil else { throw .duplicateStructure(structure.name) }
    }
    var fieldTypes: [[TypedDataType]] = []
    for structure in structures {
      fieldTypes.append(try parseFields(of: structure, indexes))
    }
    self.structures = structures
    self.fieldTypes = fieldTypes
    encodings = structures.indices.map { encodeType($0, structures, fieldTypes) }
    hashes = encodings.map { Keccak256.hash($0) }
  }

  /// The text that a structure's type hash is over: `Mail(Person from,Person to,string contents)Person(string
  /// name,address wallet)`. Nil for a name that is not in the set.
  public func encodedType(_ name: String) -> String? { index(of: name).map { encodings[$0] } }

  /// Keccak-256 of the encoded type.
  public func typeHash(_ name: String) -> Hash32? { index(of: name).map { hashes[$0] } }

  func index(of name: String) -> Int? { structures.firstIndex { $0.name.utf8.elementsEqual(name.utf8) } }

  func name(of type: TypedDataType) -> String {
    switch type {
    case .address: "address"
    case .bool: "bool"
    case .string: "string"
    case .bytes: "bytes"
    case .fixedBytes(let count): "bytes\(count)"
    case .unsigned(let bits): "uint\(bits)"
    case .signed(let bits): "int\(bits)"
    case .structure(let index): structures[index].name
    case .array(let element, let count): name(of: element) + "[\(count.map { String($0) } ?? "")]"
    }
  }
}

private func parseFields(
  of structure: TypedStructure, _ indexes: [String: Int]  // lookup only
) throws(TypedDataError) -> [TypedDataType] {
  guard structure.fields.count <= TypedDataTypes.maximumFields else { throw .tooManyTypes }
  var known: Set<String> = []  // lookup only
  var types: [TypedDataType] = []
  for field in structure.fields {
    guard isIdentifier(field.name, allowingColon: false) else { throw .invalidName(field.name) }
    guard known.insert(field.name).inserted else {
      throw .duplicateField(structure: structure.name, field: field.name)
    }
    types.append(try parseType(field.type, indexes))
  }
  return types
}

/// ASCII letters, digits, `_` and `$`, not beginning with a digit. That also keeps Unicode's equivalences out of
/// look-ups.
private func isIdentifier(_ text: String, allowingColon: Bool) -> Bool {
  guard let first = text.utf8.first, text.utf8.count <= 128, !(0x30...0x39).contains(first) else { return false }
  return text.utf8.allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "$"): true
    case UInt8(ascii: ":"): allowingColon
    default: false
    }
  }
}

// Names are lookup only: nothing iterates them.
private func parseType(_ text: String, _ indexes: [String: Int]) throws(TypedDataError) -> TypedDataType {
  let characters = Array(text.utf8)
  let base = characters.prefix { $0 != UInt8(ascii: "[") }
  let name = String(decoding: base, as: UTF8.self)
  guard isIdentifier(name, allowingColon: true) else { throw .unknownType(text) }
  var type: TypedDataType
  if let elementary = elementaryType(name) {
    type = elementary
  } else if let index = indexes[name] {
    type = .structure(index)
  } else {
    throw .unknownType(text)
  }
  var rest = characters[base.endIndex...]
  var brackets = 0
  while !rest.isEmpty {
    guard rest.first == UInt8(ascii: "["), let close = rest.firstIndex(of: UInt8(ascii: "]")) else {
      throw .unknownType(text)
    }
    let digits = String(decoding: rest[rest.startIndex + 1..<close], as: UTF8.self)
    if digits.isEmpty {
      type = .array(type, count: nil)
    } else if let count = Int(digits), count > 0, String(count) == digits {
      type = .array(type, count: count)
    } else {
      throw .unknownType(text)
    }
    brackets += 1
    guard brackets <= TypedDataTypes.maximumDepth else { throw .tooManyTypes }
    rest = rest[(close + 1)...]
  }
  return type
}

private func elementaryType(_ name: String) -> TypedDataType? {
  switch name {
  case "address": return .address
  case "bool": return .bool
  case "string": return .string
  case "bytes": return .bytes
  default: break
  }
  func size(after prefix: String) -> Int? {
    guard name.hasPrefix(prefix), let size = Int(name.dropFirst(prefix.count)),
      prefix + String(size) == name
    else { return nil }
    return size
  }
  if let count = size(after: "bytes"), (1...32).contains(count) { return .fixedBytes(count) }
  if let bits = size(after: "uint"), (8...256).contains(bits), bits % 8 == 0 { return .unsigned(bits: bits) }
  if let bits = size(after: "int"), (8...256).contains(bits), bits % 8 == 0 { return .signed(bits: bits) }
  return nil
}

/// The structure's own fields, then those of all structures it reaches, these sorted by name in byte order.
private func encodeType(
  _ primary: Int, _ structures: [TypedStructure], _ fieldTypes: [[TypedDataType]]
) -> String {
  var reached: Set<Int> = [primary]  // lookup only
  var open = [primary]
  var others: [Int] = []
  while let next = open.popLast() {
    for type in fieldTypes[next] {
      guard let index = referencedStructure(type), reached.insert(index).inserted else { continue }
      open.append(index)
      others.append(index)
    }
  }
  others.sort { structures[$0].name.utf8.lexicographicallyPrecedes(structures[$1].name.utf8) }
  return ([primary] + others).map { index in
    let fields = structures[index].fields.map { "\($0.type) \($0.name)" }
    return "\(structures[index].name)(\(fields.joined(separator: ",")))"
  }.joined()
}

private func referencedStructure(_ type: TypedDataType) -> Int? {
  switch type {
  case .structure(let index): index
  case .array(let element, _): referencedStructure(element)
  default: nil
  }
}
