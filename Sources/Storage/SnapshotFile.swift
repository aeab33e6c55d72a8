import Canonical

/// A state at one height, as it goes to a file. Its records stand in ascending order of keys.
public struct SnapshotContent: Sendable, Equatable {
  public var height: UInt64
  /// Unix milliseconds of the block.
  public var time: Int64
  public var chainID: String
  /// The root that the records must have; the reader of the file checks it by building the tree.
  public var root: Hash32
  /// What the writer needs beside the records to go on.
  public var metadata: [UInt8]
  public var records: [SnapshotRecord]

  public init(
    height: UInt64, time: Int64, chainID: String, root: Hash32, metadata: [UInt8], records: [SnapshotRecord]
  ) {
    self.height = height
    self.time = time
    self.chainID = chainID
    self.root = root
    self.metadata = metadata
    self.records = records
  }
}

public struct SnapshotRecord: Sendable, Equatable {
  public let key: [UInt8]
  public let value: [UInt8]

  public init(key: [UInt8], value: [UInt8]) {
    self.key = key
    self.value = value
  }
}

/// Snapshots as files: written beside their place, synced and renamed, so that a name that exists is a whole snapshot.
///
/// Bytes: magic `PERPSNP1` · version `u32` · height `u64` · time `i64` · root · chain id · metadata (each with a `u32`
/// length) · number of records `u64` · the records (key and value, each with a `u32` length) · CRC-32C of all before.
public enum SnapshotFile {
  static let magic: [UInt8] = Array("PERPSNP1".utf8)
  static let version: UInt32 = 1
  static let keyLimit = 4096

  public static func path(folder: String, height: UInt64) -> String {
    "\(folder)/snapshot-\(paddedNumber(height)).snap"
  }

  /// Heights of the snapshots in the folder, ascending. A folder that does not exist has none.
  public static func heights(in folder: String) -> [UInt64] {
    guard let names = try? Folder.names(folder) else { return [] }
    return names.compactMap { numberInName($0, prefix: "snapshot-", suffix: ".snap") }
  }

  /// Writes the snapshot of its height and returns its path.
  @discardableResult
  public static func write(_ content: SnapshotContent, folder: String) throws(StorageError) -> String {
    try Folder.create(folder)
    let path = path(folder: folder, height: content.height)
    let temporary = path + ".part"
    let file = try FileAccess(opening: temporary, .readWrite, options: [.create, .truncate])
    var writer = ChecksummedWriter(file: file)
    try writer.add { encoder in
      encoder.append(raw: magic)
      encoder.encode(version)
      encoder.encode(content.height)
      encoder.encode(content.time)
      encoder.encode(content.root)
      encoder.encode(content.chainID)
      encoder.encode(list: content.metadata)
      encoder.encode(UInt64(content.records.count))
    }
    for record in content.records {
      try writer.add { encoder in
        encoder.encode(list: record.key)
        encoder.encode(list: record.value)
      }
    }
    try writer.finish()
    try file.syncAll()
    try file.close()
    try Folder.rename(temporary, to: path)
    try Folder.sync(folder)
    return path
  }

  /// Reads a snapshot and checks form, order of keys and checksum. The root is the caller's to check.
  public static func read(folder: String, height: UInt64) throws(StorageError) -> SnapshotContent {
    let path = path(folder: folder, height: height)
    let file = try FileAccess(opening: path, .readOnly)
    let size = try file.size()
    guard size >= 12, size < 1 << 40 else { throw .corruptSnapshot(path: path, problem: "its size is \(size)") }
    let bytes = try file.read(at: 0, count: Int(size))
    guard bytes.count == Int(size) else { throw .corruptSnapshot(path: path, problem: "it shrank while being read") }
    let end = bytes.count - 4
    let stored = bytes.withUnsafeBytes {
      UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: end, as: UInt32.self))
    }
    guard CRC32C.checksum(bytes[0..<end]) == stored else {
      throw .corruptSnapshot(path: path, problem: "its checksum fails")
    }
    do throws(CanonicalError) {
      let content = try decode(bytes, end: end)
      guard content.height == height else { throw .invalidValue("it is of height \(content.height)") }
      return content
    } catch {
      throw .corruptSnapshot(path: path, problem: "\(error)")
    }
  }

  private static func decode(_ bytes: [UInt8], end: Int) throws(CanonicalError) -> SnapshotContent {
    var decoder = CanonicalDecoder(bytes, in: 0..<end)
    guard try decoder.decodeRaw(count: 8).elementsEqual(magic) else { throw .invalidValue("magic") }
    guard try decoder.decodeInteger(UInt32.self) == version else { throw .invalidValue("version") }
    let height = try decoder.decodeInteger(UInt64.self)
    let time = try decoder.decodeInteger(Int64.self)
    let root = try decoder.decodeHash()
    let chainID = try decoder.decodeText(limit: 1 << 10)
    let metadata = try decoder.decodeBytes(limit: 1 << 20)
    let count = try decoder.decodeInteger(UInt64.self)
    guard count <= UInt64(decoder.left / 8) else { throw .tooLong(count: count, limit: UInt64(decoder.left / 8)) }
    var records: [SnapshotRecord] = []
    records.reserveCapacity(Int(count))
    for _ in 0..<count {
      let key = try decoder.decodeBytes(limit: keyLimit)
      let value = try decoder.decodeBytes()
      if let last = records.last, !last.key.lexicographicallyPrecedes(key) {
        throw .invalidValue("keys are out of order")
      }
      records.append(SnapshotRecord(key: key, value: value))
    }
    try decoder.finish()
    return SnapshotContent(
      height: height, time: time, chainID: chainID, root: root, metadata: metadata, records: records)
  }

  public static func remove(folder: String, height: UInt64) throws(StorageError) {
    try Folder.remove(file: path(folder: folder, height: height))
    try Folder.sync(folder)
  }
}

/// Writes in pieces of a megabyte and keeps the checksum of what went before.
private struct ChecksummedWriter {
  let file: FileAccess
  private var encoder = CanonicalEncoder(reservingCapacity: 1 << 20)
  private var checksum = CRC32C()
  private var written: UInt64 = 0

  init(file: FileAccess) { self.file = file }

  mutating func add(_ body: (inout CanonicalEncoder) -> Void) throws(StorageError) {
    body(&encoder)
    if encoder.bytes.count >= 1 << 20 { try flush() }
  }

  private mutating func flush() throws(StorageError) {
    checksum.update(encoder.bytes)
    try file.write(encoder.bytes, at: written)
    written += UInt64(encoder.bytes.count)
    encoder.bytes.removeAll(keepingCapacity: true)
  }

  mutating func finish() throws(StorageError) {
    try flush()
    var last = CanonicalEncoder()
    last.encode(checksum.value)
    try file.write(last.bytes, at: written)
  }
}
