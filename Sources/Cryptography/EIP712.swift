import Canonical

/// The domain that a typed-data signature is bound to; its type holds exactly the fields that are given, in the order
/// name, version, chainId, verifyingContract, salt.
public struct TypedDataDomain: Sendable, Equatable {
  public var name: String?
  public var version: String?
  /// A 256-bit number, big-endian.
  public var chainID: Hash32?
  public var verifyingContract: Address?
  public var salt: Hash32?

  public init(
    name: String? = nil, version: String? = nil, chainID: UInt64? = nil, verifyingContract: Address? = nil,
    salt: Hash32? = nil
  ) {
    self.name = name
    self.version = version
    self.chainID = chainID.map { Hash32($0) }
    self.verifyingContract = verifyingContract
    self.salt = salt
  }

  /// `EIP712Domain(string name,string version,…)` of the fields that are given.
  public var encodedType: String {
    var fields: [String] = []
    if name != nil { fields.append("string name") }
    if version != nil { fields.append("string version") }
    if chainID != nil { fields.append("uint256 chainId") }
    if verifyingContract != nil { fields.append("address verifyingContract") }
    if salt != nil { fields.append("bytes32 salt") }
    return "EIP712Domain(\(fields.joined(separator: ",")))"
  }

  /// The struct hash of the domain.
  public var separator: Hash32 {
    var encoder = TypedStructEncoder(typeHash: Keccak256.hash(encodedType))
    if let name { encoder.append(text: name) }
    if let version { encoder.append(text: version) }
    if let chainID { encoder.append(chainID) }
    if let verifyingContract { encoder.append(verifyingContract) }
    if let salt { encoder.append(salt) }
    return encoder.hash
  }

  /// The type of the domain as a structure, for reading it from JSON.
  static let fields = [
    TypedField("name", "string"), TypedField("version", "string"), TypedField("chainId", "uint256"),
    TypedField("verifyingContract", "address"), TypedField("salt", "bytes32"),
  ]

  /// The separator of a domain given as JSON: of whichever of the five fields are there, in their standard order
  /// whatever their order in the object.
  public static func separator(of domain: JSONValue) throws(TypedDataError) -> Hash32 {
    guard domain.members != nil else { throw .mismatch(path: "domain", type: "EIP712Domain") }
    let given = fields.filter { domain[$0.name] != nil }
    let types = try TypedDataTypes([TypedStructure("EIP712Domain", given)])
    return try types.structHash("EIP712Domain", domain)
  }
}

/// EIP-712: structured data hashed for signing.
public enum EIP712 {
  /// Keccak-256 over `19 01`, the domain separator and the struct hash: what is signed.
  public static func digest(domainSeparator: Hash32, structHash: Hash32) -> Hash32 {
    let domain = domainSeparator
    let hash = structHash
    // 66 bytes; the words are shifted by the two bytes in front.
    let words = (
      (0x1901 << 48 | domain.word0 >> 16).bigEndian,
      (domain.word0 << 48 | domain.word1 >> 16).bigEndian,
      (domain.word1 << 48 | domain.word2 >> 16).bigEndian,
      (domain.word2 << 48 | domain.word3 >> 16).bigEndian,
      (domain.word3 << 48 | hash.word0 >> 16).bigEndian,
      (hash.word0 << 48 | hash.word1 >> 16).bigEndian,
      (hash.word1 << 48 | hash.word2 >> 16).bigEndian,
      (hash.word2 << 48 | hash.word3 >> 16).bigEndian,
      (hash.word3 << 48).bigEndian
    )
    return withUnsafeBytes(of: words) { Keccak256.hash(UnsafeRawBufferPointer(rebasing: $0[..<66])) }
  }

  /// The digest of a message of type `primaryType`.
  public static func digest(
    types: TypedDataTypes, primaryType: String, domainSeparator: Hash32, message: JSONValue
  ) throws(TypedDataError) -> Hash32 {
    digest(domainSeparator: domainSeparator, structHash: try types.structHash(primaryType, message))
  }

  /// The digest of a request as wallets take it (`eth_signTypedData_v4`): an object of `types`, `primaryType`, `domain`
  /// and `message`. An `EIP712Domain` among the types decides the domain's fields and their order; without it they are
  /// those that the domain gives.
  public static func digest(request: JSONValue) throws(TypedDataError) -> Hash32 {
    guard let domain = request["domain"] else { throw .missingField(path: "domain") }
    guard let message = request["message"] else { throw .missingField(path: "message") }
    guard let primary = request["primaryType"] else { throw .missingField(path: "primaryType") }
    guard let primaryType = primary.string else { throw .mismatch(path: "primaryType", type: "string") }
    let types = try readTypes(request)
    let isListed = types.index(of: "EIP712Domain") != nil
    let separator =
      isListed ? try types.structHash("EIP712Domain", domain) : try TypedDataDomain.separator(of: domain)
    return try digest(types: types, primaryType: primaryType, domainSeparator: separator, message: message)
  }

  private static func readTypes(_ request: JSONValue) throws(TypedDataError) -> TypedDataTypes {
    guard let types = request["types"] else { throw .missingField(path: "types") }
    guard let members = types.members else { throw .mismatch(path: "types", type: "object") }
    guard members.count <= TypedDataTypes.maximumStructures else { throw .tooManyTypes }
    var structures: [TypedStructure] = []
    for member in members {
      structures.append(TypedStructure(member.key, try readFields(member.value, path: "types.\(member.key)")))
    }
    return try TypedDataTypes(structures)
  }

  /// The fields of a structure, from an array of `{"name": …, "type": …}`.
  public static func readFields(_ value: JSONValue, path: String) throws(TypedDataError) -> [TypedField] {
    guard let elements = value.array else { throw .mismatch(path: path, type: "array") }
    var fields: [TypedField] = []
    for (index, element) in elements.enumerated() {
      guard let name = element["name"]?.string, let type = element["type"]?.string else {
        throw .mismatch(path: "\(path)[\(index)]", type: "field")
      }
      fields.append(TypedField(name, type))
    }
    return fields
  }
}

/// Hashes a structure field by field where its type is known to the program: the fast way, without JSON. The caller
/// appends one word for each field, in the order of the type.
public struct TypedStructEncoder: Sendable {
  private var bytes: [UInt8] = []

  public init(typeHash: Hash32) {
    bytes.reserveCapacity(288)
    typeHash.append(to: &bytes)
  }

  /// `bytes32`, a `uint` word, an array's hash or a nested structure's.
  public mutating func append(_ word: Hash32) { word.append(to: &bytes) }

  public mutating func append(_ number: UInt64) { append(Hash32(number)) }

  public mutating func append(_ flag: Bool) { append(Hash32(flag ? 1 : 0)) }

  public mutating func append(_ address: Address) { append(address.word) }

  public mutating func append(text: String) { append(Keccak256.hash(text)) }

  public mutating func append(bytes data: [UInt8]) { append(Keccak256.hash(data)) }

  public var hash: Hash32 { Keccak256.hash(bytes) }
}

/// The digest that is signed, from hashes that are at hand: `EIP712.digest(domainSeparator:structHash:)`.
public func eip712Digest(domainSeparator: Hash32, structHash: Hash32) -> Hash32 {
  EIP712.digest(domainSeparator: domainSeparator, structHash: structHash)
}
