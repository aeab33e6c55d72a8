import Canonical
import Storage

/// What can be done to a chain's folder while nobody runs it.
public enum ChainFolder {
  /// Blocks in the folder's log; reads and checks all of it, and cuts an append that never finished.
  public static func height(of folder: String) throws(ChainError) -> UInt64 {
    try withLog(folder) { log throws(StorageError) in log.count }
  }

  /// Forgets every block above `height`, and the snapshots that saw them.
  public static func rollback(_ folder: String, to height: UInt64) throws(ChainError) {
    try withLog(folder) { log throws(StorageError) in
      for snapshot in SnapshotFile.heights(in: folder) where snapshot > height {
        try SnapshotFile.remove(folder: folder, height: snapshot)
      }
      try log.truncate(after: height)
    }
  }

  /// The hash of the block at a height; nil where the log is shorter.
  public static func blockHash(at height: UInt64, in folder: String) throws(ChainError) -> Hash32? {
    guard height > 0 else { return nil }
    do throws(StorageError) {
      var reader = try BlockLogReader(folder: folder)
      try reader.skip(height - 1)
      return try reader.next().flatMap { try? LogRecord(canonicalBytes: $0.payload) }?.block.header.hash
    } catch {
      if case .noSuchRecord = error { return nil }
      throw .storage(error)
    }
  }

  /// Heights of the snapshots in the folder, ascending.
  public static func snapshots(in folder: String) -> [UInt64] { SnapshotFile.heights(in: folder) }

  /// Removes all snapshots but the newest `count`.
  public static func keepSnapshots(_ count: Int, in folder: String) throws(ChainError) {
    do throws(StorageError) {
      for height in SnapshotFile.heights(in: folder).dropLast(count) {
        try SnapshotFile.remove(folder: folder, height: height)
      }
    } catch {
      throw .storage(error)
    }
  }

  private static func withLog<Value>(
    _ folder: String, _ body: (BlockLog) throws(StorageError) -> Value
  ) throws(ChainError) -> Value {
    do throws(StorageError) {
      let log = try BlockLog(folder: folder)
      let value = try body(log)
      try log.close()
      return value
    } catch {
      throw .storage(error)
    }
  }
}
