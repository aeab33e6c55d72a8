import Canonical

/// One record as it stands in the log.
public struct LoggedRecord: Sendable {
  /// 1 for the first.
  public let number: UInt64
  public let payload: [UInt8]
  /// False only when the reader was told to hand damaged records out.
  public let checksumHolds: Bool
  public let segment: String
  public let offset: UInt64
}

/// Reads a log from its first record to its last without changing it; holds one record at a time in memory.
public struct BlockLogReader {
  /// What stands unfinished at the end, known once `next` returned nil.
  public private(set) var tornTail: TornTail?

  private let folder: String
  private let segments: [LogSegment]
  private let recordLimit: Int
  private let handsOutDamaged: Bool
  private var segmentIndex = 0
  private var file: FileAccess?
  private(set) var fileSize: UInt64 = 0
  private(set) var offset: UInt64 = 0
  private(set) var nextNumber: UInt64 = 1
  private var isFinished = false

  /// `handsOutDamaged`: a record whose length is known but whose payload fails its checksum is returned and marked, also
  /// at the end of the log, for who wants to say what is damaged in it.
  public init(
    folder: String, recordLimit: Int = BlockLog.defaultRecordLimit, handsOutDamaged: Bool = false
  ) throws(StorageError) {
    self.folder = folder
    self.recordLimit = recordLimit
    self.handsOutDamaged = handsOutDamaged
    segments = try LogSegment.all(in: folder)
    if let first = segments.first { nextNumber = first.firstRecord }
    guard nextNumber <= 1 else {
      throw .corruptSegment(segment: segments[0].name, problem: "the log begins with record \(nextNumber), not 1")
    }
  }

  var currentSegment: LogSegment? { segmentIndex < segments.count ? segments[segmentIndex] : nil }
  var isInLastSegment: Bool { segmentIndex + 1 >= segments.count }

  /// The next record; nil after the last.
  public mutating func next() throws(StorageError) -> LoggedRecord? {
    while !isFinished {
      guard try openSegment() else { break }
      if offset < fileSize { return try readRecord() }
      if isInLastSegment { break }
      file = nil
      segmentIndex += 1
    }
    isFinished = true
    return nil
  }

  /// Skips `count` records, checking their headers and not their payloads.
  public mutating func skip(_ count: UInt64) throws(StorageError) {
    for _ in 0..<count {
      guard try next() != nil else { return }
    }
  }

  /// False when the segment was never finished being made.
  private mutating func openSegment() throws(StorageError) -> Bool {
    if file != nil { return true }
    guard let segment = currentSegment else { return false }
    let opened = try FileAccess(opening: segment.path, .readOnly)
    fileSize = try opened.size()
    let header = try opened.read(at: 0, count: Int(LogFormat.segmentHeaderSize))
    guard let first = LogFormat.firstRecord(ofSegment: header) else {
      guard isInLastSegment && fileSize <= LogFormat.segmentHeaderSize else {
        throw .corruptSegment(segment: segment.name, problem: "its header is damaged")
      }
      tornTail = TornTail(segment: segment.name, offset: 0, record: nextNumber, bytes: fileSize)
      return false
    }
    guard first == segment.firstRecord && first == nextNumber else {
      throw .corruptSegment(segment: segment.name, problem: "it begins with record \(first), not \(nextNumber)")
    }
    offset = LogFormat.segmentHeaderSize
    file = opened
    return true
  }

  private mutating func readRecord() throws(StorageError) -> LoggedRecord? {
    guard let file, let segment = currentSegment else { return nil }
    let start = offset + LogFormat.recordHeaderSize
    let bytes = try file.read(at: offset, count: Int(LogFormat.recordHeaderSize))
    guard let header = RecordHeader(bytes[...]) else { return try endAtDamage("its header fails the checksum") }
    guard header.number == nextNumber else {
      return try endAtDamage("it says to be record \(header.number)")
    }
    guard Int(header.length) <= recordLimit else {
      return try endAtDamage("its length \(header.length) is above the limit \(recordLimit)")
    }
    guard UInt64(header.length) <= fileSize - min(fileSize, start) else {
      return try endAtDamage("its payload is cut off")
    }
    let payload = try file.read(at: start, count: Int(header.length))
    let holds = payload.count == Int(header.length) && CRC32C.checksum(payload) == header.payloadChecksum
    if !holds && !handsOutDamaged { return try endAtDamage("its payload fails the checksum") }
    let record = LoggedRecord(
      number: nextNumber, payload: payload, checksumHolds: holds, segment: segment.name, offset: offset)
    offset = start + UInt64(header.length)
    nextNumber += 1
    return record
  }

  /// A damaged record ends the log when nothing whole follows it; otherwise the log is corrupt.
  private mutating func endAtDamage(_ problem: String) throws(StorageError) -> LoggedRecord? {
    guard let file, let segment = currentSegment else { return nil }
    guard isInLastSegment, try !wholeRecordFollows(in: file) else {
      throw .corruptRecord(segment: segment.name, offset: offset, record: nextNumber, problem: problem)
    }
    tornTail = TornTail(segment: segment.name, offset: offset, record: nextNumber, bytes: fileSize - offset)
    isFinished = true
    return nil
  }

  /// Looks for the header of a later record behind the damaged one, byte by byte, a window at a time.
  private func wholeRecordFollows(in file: FileAccess) throws(StorageError) -> Bool {
    let headerSize = Int(LogFormat.recordHeaderSize)
    let window = 1 << 16
    var position = offset + 1
    while position + LogFormat.recordHeaderSize <= fileSize {
      let bytes = try file.read(at: position, count: window)
      if bytes.count < headerSize { return false }
      for start in 0...(bytes.count - headerSize) {
        // Numbers of one log share their first byte: a cheap sieve before the checksum.
        if bytes[start + 11] != UInt8(truncatingIfNeeded: nextNumber >> 56) { continue }
        if let header = RecordHeader(bytes[start..<start + headerSize]), header.number > nextNumber { return true }
      }
      position += UInt64(bytes.count - headerSize + 1)
    }
    return false
  }
}

/// A segment file by its name.
struct LogSegment {
  let folder: String
  let firstRecord: UInt64

  var name: String { "blocks-\(paddedNumber(firstRecord)).log" }
  var path: String { "\(folder)/\(name)" }

  /// The folder's segments in the order of their records.
  static func all(in folder: String) throws(StorageError) -> [LogSegment] {
    var segments: [LogSegment] = []
    for name in try Folder.names(folder) {
      if let first = numberInName(name, prefix: "blocks-", suffix: ".log") {
        segments.append(LogSegment(folder: folder, firstRecord: first))
      }
    }
    return segments
  }
}
