/// Why a file of the node could not be read or written.
public enum StorageError: Error, Sendable, Equatable {
  /// A call of the operating system failed; `code` is its errno.
  case system(operation: String, path: String, code: Int32)
  /// Another process writes to this folder.
  case locked(folder: String)
  /// A record that is not the last one is damaged: its segment file, the byte offset in it and the record's number.
  case corruptRecord(segment: String, offset: UInt64, record: UInt64, problem: String)
  /// A segment's first bytes are not a segment's, or segments do not follow one another.
  case corruptSegment(segment: String, problem: String)
  /// A snapshot file that fails one of its checks.
  case corruptSnapshot(path: String, problem: String)
  /// A record above the limit of the log; nothing was written.
  case recordTooLong(bytes: Int, limit: Int)
  /// An earlier write failed; the log must be opened anew, which cuts whatever that write left.
  case broken
  /// A record number that the log does not hold.
  case noSuchRecord(record: UInt64, count: UInt64)
}

/// What recovery cut from the end of a log: an append that never finished.
public struct TornTail: Sendable, Equatable {
  public let segment: String
  /// Where the cut was made, in bytes from the segment's start.
  public let offset: UInt64
  /// The number that the unfinished record would have had; the first record of a log is 1.
  public let record: UInt64
  /// Bytes cut.
  public let bytes: UInt64

  public init(segment: String, offset: UInt64, record: UInt64, bytes: UInt64) {
    self.segment = segment
    self.offset = offset
    self.record = record
    self.bytes = bytes
  }
}

extension StorageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let operation, let path, let code): "\(path): \(operation) failed, errno \(code)"
    case .locked(let folder): "\(folder): another process writes here"
    case .corruptRecord(let segment, let offset, let record, let problem):
      "record \(record) of the log is damaged: \(problem) (\(segment), offset \(offset))"
    case .corruptSegment(let segment, let problem): "\(segment) is damaged: \(problem)"
    case .corruptSnapshot(let path, let problem): "\(path) is damaged: \(problem)"
    case .recordTooLong(let bytes, let limit): "a record of \(bytes) bytes is above the limit of \(limit)"
    case .broken: "an earlier write failed: open the folder anew"
    case .noSuchRecord(let record, let count): "no record \(record): the log holds \(count)"
    }
  }
}
