public import Canonical

/// A fast 64-bit digest for comparing two executions of the same thing. It resists accidents, not adversaries: never use
/// it where a hash is committed.
@frozen public struct StepDigest: Sendable, Equatable {
  public var value: UInt64 = 0

  @inlinable public init() {}

  @inlinable public mutating func mix(_ word: UInt64) { value = mixedWord(value, word) }

  /// The length, then eight bytes a step.
  @inlinable public mutating func mix(_ bytes: [UInt8]) {
    mix(UInt64(bytes.count))
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset + 8 <= buffer.count {
        mix(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        offset += 8
      }
      var last: UInt64 = 0
      while offset < buffer.count {
        last = last << 8 | UInt64(buffer[offset])
        offset += 1
      }
      mix(last)
    }
  }

  @inlinable public static func of(_ bytes: [UInt8]) -> UInt64 {
    var digest = StepDigest()
    digest.mix(bytes)
    return digest.value
  }
}

extension StateStore {
  /// Mixes what the innermost layer wrote into `digest`: keys and present values, in the order of tables and writes. Equal
  /// executions give equal digests.
  @inlinable public mutating func mixInnermostLayer(into digest: inout StepDigest) {
    var visitor = LayerDigestVisitor(digest: digest, prefix: prefix)
    tables.visitTables(&visitor)
    digest = visitor.digest
  }
}

@frozen @usableFromInline struct LayerDigestVisitor: TableVisitor {
  @usableFromInline var digest: StepDigest
  @usableFromInline let prefix: UInt8

  @inlinable init(digest: StepDigest, prefix: UInt8) {
    self.digest = digest
    self.prefix = prefix
  }

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) {
    guard let mark = table.journal.marks.last, mark.depth == table.journal.depth else { return }
    for position in mark.start..<table.journal.entries.count {
      let slot = table.slots[Int(table.journal.entries[position].slot)]
      digest.mix(table.fullKey(slot.key, prefix: prefix))
      if let record = slot.record { digest.mix(record.canonicalBytes) } else { digest.mix(0) }
    }
  }
}
