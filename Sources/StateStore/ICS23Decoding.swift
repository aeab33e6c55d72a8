extension ICS23 {
  /// Reads a `CommitmentProof`. Stricter than protobuf asks: unknown fields and repeated single fields are refused.
  /// Allocates no more than the input's size.
  public static func decode(_ bytes: [UInt8]) throws(DecodingError) -> CommitmentProof {
    var reader = Reader(bytes[...])
    var proof: CommitmentProof?
    while let (field, value) = try reader.next() {
      if proof != nil { throw .repeatedField(field) }
      switch field {
      case 1: proof = .existence(try existence(value.content(field)))
      case 2: proof = .nonExistence(try nonExistence(value.content(field)))
      case 3, 4: throw .unsupportedKind(field)
      default: throw .unexpectedField(field)
      }
    }
    guard let proof else { throw .empty }
    return proof
  }

  private static func nonExistence(_ bytes: ArraySlice<UInt8>) throws(DecodingError) -> NonExistenceProof {
    var reader = Reader(bytes)
    var proof = NonExistenceProof(key: [], left: nil, right: nil)
    var seen = SeenFields()
    while let (field, value) = try reader.next() {
      try seen.insert(field)
      switch field {
      case 1: proof.key = Array(try value.content(field))
      case 2: proof.left = try existence(value.content(field))
      case 3: proof.right = try existence(value.content(field))
      default: throw .unexpectedField(field)
      }
    }
    return proof
  }

  private static func existence(_ bytes: ArraySlice<UInt8>) throws(DecodingError) -> ExistenceProof {
    var reader = Reader(bytes)
    var proof = ExistenceProof(key: [], value: [], leaf: nil, path: [])
    var seen = SeenFields()
    while let (field, value) = try reader.next() {
      if field != 4 { try seen.insert(field) }
      switch field {
      case 1: proof.key = Array(try value.content(field))
      case 2: proof.value = Array(try value.content(field))
      case 3: proof.leaf = try leaf(value.content(field))
      case 4: proof.path.append(try inner(value.content(field)))
      default: throw .unexpectedField(field)
      }
    }
    return proof
  }

  private static func leaf(_ bytes: ArraySlice<UInt8>) throws(DecodingError) -> LeafOperation {
    var reader = Reader(bytes)
    var leaf = LeafOperation(hash: 0, prehashKey: 0, prehashValue: 0, length: 0, prefix: [])
    var seen = SeenFields()
    while let (field, value) = try reader.next() {
      try seen.insert(field)
      switch field {
      case 1: leaf.hash = try value.number(field)
      case 2: leaf.prehashKey = try value.number(field)
      case 3: leaf.prehashValue = try value.number(field)
      case 4: leaf.length = try value.number(field)
      case 5: leaf.prefix = Array(try value.content(field))
      default: throw .unexpectedField(field)
      }
    }
    return leaf
  }

  private static func inner(_ bytes: ArraySlice<UInt8>) throws(DecodingError) -> InnerOperation {
    var reader = Reader(bytes)
    var step = InnerOperation(hash: 0, prefix: [], suffix: [])
    var seen = SeenFields()
    while let (field, value) = try reader.next() {
      try seen.insert(field)
      switch field {
      case 1: step.hash = try value.number(field)
      case 2: step.prefix = Array(try value.content(field))
      case 3: step.suffix = Array(try value.content(field))
      default: throw .unexpectedField(field)
      }
    }
    return step
  }

  private struct SeenFields {
    private var bits: UInt64 = 0

    mutating func insert(_ field: UInt64) throws(DecodingError) {
      guard field < 64 else { throw .unexpectedField(field) }
      if bits & (1 << field) != 0 { throw .repeatedField(field) }
      bits |= 1 << field
    }
  }

  private enum FieldValue {
    case number(UInt64)
    case content(ArraySlice<UInt8>)

    func number(_ field: UInt64) throws(DecodingError) -> UInt64 {
      guard case .number(let number) = self else { throw .unexpectedField(field) }
      return number
    }

    func content(_ field: UInt64) throws(DecodingError) -> ArraySlice<UInt8> {
      guard case .content(let content) = self else { throw .unexpectedField(field) }
      return content
    }
  }

  private struct Reader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() throws(DecodingError) -> (field: UInt64, value: FieldValue)? {
      if rest.isEmpty { return nil }
      let tag = try varint()
      switch tag & 7 {
      case 0: return (tag >> 3, .number(try varint()))
      case 2:
        let length = try varint()
        guard length <= UInt64(rest.count) else { throw .truncated }
        let content = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return (tag >> 3, .content(content))
      default: throw .unexpectedField(tag >> 3)
      }
    }

    private mutating func varint() throws(DecodingError) -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while let byte = rest.popFirst() {
        let bits = UInt64(byte & 0x7f)
        if shift == 63 && bits > 1 { throw .invalidNumber }
        value |= bits << shift
        if byte < 0x80 { return value }
        shift += 7
        if shift > 63 { throw .invalidNumber }
      }
      throw .truncated
    }
  }
}
