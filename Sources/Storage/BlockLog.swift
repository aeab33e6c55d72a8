import Canonical

public struct BlockLogOptions: Sendable, Equatable {
  /// A new segment begins once the present one has this many bytes.
  public var segmentSize: UInt64
  /// The longest record in bytes.
  public var recordLimit: Int

  public init(segmentSize: UInt64 = 256 << 20, recordLimit: Int = BlockLog.defaultRecordLimit) {
    self.segmentSize = segmentSize
    self.recordLimit = recordLimit
  }
}

/// An append-only log of records in segment files: a node's truth. One writer at a time.
///
/// A record is written with one call; `sync` makes everything appended so far survive a loss of power. Opening checks
/// every record and cuts an append that never finished; damage before the end is an error and changes nothing.
public final class BlockLog {
  /// 256 MiB, so that a damaged length never asks for more memory than that.
  public static let defaultRecordLimit = 256 << 20

  public let folder: String
  public let options: BlockLogOptions
  /// What opening cut from the end, if anything.
  public private(set) var recovered: TornTail?
  /// Records in the log; also the number of the last one.
  public private(set) var count: UInt64 = 0

  private let lock: FileAccess
  private var file: FileAccess?
  private var fileSize: UInt64 = 0
  private var isBroken = false
  private var hasUnsynced = false

  /// Opens the log of a folder, which is made where it does not exist.
  public init(folder: String, options: BlockLogOptions = BlockLogOptions()) throws(StorageError) {
    self.folder = folder
    self.options = options
    try Folder.create(folder)
    lock = try FileAccess(opening: "\(folder)/lock", .readWrite, options: [.create])
    guard try lock.tryLock() else { throw .locked(folder: folder) }
    try recover()
  }

  private func recover() throws(StorageError) {
    var reader = try BlockLogReader(folder: folder, recordLimit: options.recordLimit)
    while try reader.next() != nil {}
    count = reader.nextNumber - 1
    recovered = reader.tornTail
    guard let segment = reader.currentSegment else { return }
    if let torn = reader.tornTail, torn.offset == 0 {
      try Folder.remove(file: segment.path)
      try Folder.sync(folder)
      try reopenLastSegment()
      return
    }
    try open(segment, size: reader.offset)
  }

  private func reopenLastSegment() throws(StorageError) {
    guard let segment = try LogSegment.all(in: folder).last else { return }
    let opened = try FileAccess(opening: segment.path, .readWrite)
    fileSize = try opened.size()
    file = opened
  }

  private func open(_ segment: LogSegment, size: UInt64) throws(StorageError) {
    let opened = try FileAccess(opening: segment.path, .readWrite)
    if try opened.size() > size {
      try opened.truncate(to: size)
      try opened.syncAll()
    }
    fileSize = size
    file = opened
  }

  /// Writes a record after the last one and returns its number. The operating system has it when this returns, the disk
  /// after the next `sync`.
  @discardableResult
  public func append(_ payload: [UInt8]) throws(StorageError) -> UInt64 {
    guard !isBroken else { throw .broken }
    guard payload.count <= options.recordLimit else {
      throw .recordTooLong(bytes: payload.count, limit: options.recordLimit)
    }
    do throws(StorageError) {
      if file == nil || fileSize >= options.segmentSize { try beginSegment() }
      guard let file else { throw .broken }
      let bytes = LogFormat.record(payload, number: count + 1)
      try file.write(bytes, at: fileSize)
      fileSize += UInt64(bytes.count)
    } catch {
      isBroken = true
      throw error
    }
    count += 1
    hasUnsynced = true
    return count
  }

  private func beginSegment() throws(StorageError) {
    try sync()
    try file?.close()
    let segment = LogSegment(folder: folder, firstRecord: count + 1)
    let made = try FileAccess(opening: segment.path, .readWrite, options: [.create, .exclusiveCreate])
    try made.write(LogFormat.segmentHeader(firstRecord: count + 1), at: 0)
    try made.syncAll()
    try Folder.sync(folder)
    file = made
    fileSize = LogFormat.segmentHeaderSize
  }

  /// Everything appended so far is on the disk when this returns.
  public func sync() throws(StorageError) {
    guard !isBroken else { throw .broken }
    guard hasUnsynced, let file else { return }
    do throws(StorageError) {
      try file.syncData()
    } catch {
      // After a failed sync the kernel may have dropped the pages: nothing appended since the last one can be trusted.
      isBroken = true
      throw error
    }
    hasUnsynced = false
  }

  /// Forgets every record after number `record`: the node's rollback.
  public func truncate(after record: UInt64) throws(StorageError) {
    guard !isBroken else { throw .broken }
    guard record <= count else { throw .noSuchRecord(record: record, count: count) }
    if record == count { return }
    try sync()
    var reader = try BlockLogReader(folder: folder, recordLimit: options.recordLimit)
    try reader.skip(record)
    try file?.close()
    file = nil
    for segment in try LogSegment.all(in: folder).reversed() where segment.firstRecord > record {
      try Folder.remove(file: segment.path)
    }
    if record > 0, let segment = reader.currentSegment { try open(segment, size: reader.offset) }
    try Folder.sync(folder)
    count = record
  }

  public func close() throws(StorageError) {
    try sync()
    try file?.close()
    file = nil
    isBroken = true
    try lock.close()
  }
}
