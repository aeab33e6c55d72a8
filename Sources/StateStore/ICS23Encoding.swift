extension ICS23 {
  /// The protobuf bytes of a `CommitmentProof`; fields in order, defaults not written.
  public static func encode(_ proof: CommitmentProof) -> [UInt8] {
    var bytes: [UInt8] = []
    switch proof {
    case .existence(let existence): append(message: encode(existence), field: 1, to: &bytes)
    case .nonExistence(let absence): append(message: encode(absence), field: 2, to: &bytes)
    }
    return bytes
  }

  private static func encode(_ proof: NonExistenceProof) -> [UInt8] {
    var bytes: [UInt8] = []
    append(proof.key, field: 1, to: &bytes)
    if let left = proof.left { append(message: encode(left), field: 2, to: &bytes) }
    if let right = proof.right { append(message: encode(right), field: 3, to: &bytes) }
    return bytes
  }

  private static func encode(_ proof: ExistenceProof) -> [UInt8] {
    var bytes: [UInt8] = []
    append(proof.key, field: 1, to: &bytes)
    append(proof.value, field: 2, to: &bytes)
    if let leaf = proof.leaf { append(message: encode(leaf), field: 3, to: &bytes) }
    for step in proof.path { append(message: encode(step), field: 4, to: &bytes) }
    return bytes
  }

  private static func encode(_ leaf: LeafOperation) -> [UInt8] {
    var bytes: [UInt8] = []
    append(leaf.hash, field: 1, to: &bytes)
    append(leaf.prehashKey, field: 2, to: &bytes)
    append(leaf.prehashValue, field: 3, to: &bytes)
    append(leaf.length, field: 4, to: &bytes)
    append(leaf.prefix, field: 5, to: &bytes)
    return bytes
  }

  private static func encode(_ step: InnerOperation) -> [UInt8] {
    var bytes: [UInt8] = []
    append(step.hash, field: 1, to: &bytes)
    append(step.prefix, field: 2, to: &bytes)
    append(step.suffix, field: 3, to: &bytes)
    return bytes
  }

  private static func append(_ number: UInt64, field: UInt8, to bytes: inout [UInt8]) {
    if number == 0 { return }
    bytes.append(field << 3)
    append(varint: number, to: &bytes)
  }

  private static func append(_ content: [UInt8], field: UInt8, to bytes: inout [UInt8]) {
    if content.isEmpty { return }
    append(message: content, field: field, to: &bytes)
  }

  /// A present but empty message is written, unlike empty bytes.
  private static func append(message: [UInt8], field: UInt8, to bytes: inout [UInt8]) {
    bytes.append(field << 3 | 2)
    append(varint: UInt64(message.count), to: &bytes)
    bytes.append(contentsOf: message)
  }

  private static func append(varint: UInt64, to bytes: inout [UInt8]) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
