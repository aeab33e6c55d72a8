import Glibc
import SystemPackage

/// An open file with typed errors. Reads and writes name their offset; nothing depends on a file position.
final class FileAccess {
  let path: String
  private var descriptor: FileDescriptor?

  init(
    opening path: String, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = []
  ) throws(StorageError) {
    self.path = path
    descriptor = try FileAccess.checked("open", path) {
      try FileDescriptor.open(FilePath(path), mode, options: options, permissions: [.ownerReadWrite, .groupRead])
    }
  }

  deinit { try? descriptor?.close() }

  static func checked<Value>(
    _ operation: String, _ path: String, _ body: () throws -> Value
  ) throws(StorageError) -> Value {
    do {
      return try body()
    } catch let error as Errno {
      throw .system(operation: operation, path: path, code: error.rawValue)
    } catch {
      throw .system(operation: operation, path: path, code: -1)
    }
  }

  private func open() throws(StorageError) -> FileDescriptor {
    guard let descriptor else { throw .system(operation: "use after close", path: path, code: EBADF) }
    return descriptor
  }

  func size() throws(StorageError) -> UInt64 {
    let descriptor = try open()
    let end = try FileAccess.checked("seek", path) { try descriptor.seek(offset: 0, from: .end) }
    return UInt64(max(0, end))
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(at offset: UInt64, count: Int) throws(StorageError) -> [UInt8] {
    let descriptor = try open()
    return try FileAccess.checked("read", path) {
      try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
          let got = try descriptor.read(fromAbsoluteOffset: Int64(offset) + Int64(filled), into: rest)
          if got == 0 { break }
          filled += got
        }
      }
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(StorageError) {
    let descriptor = try open()
    try FileAccess.checked("write", path) {
      _ = try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes)
    }
  }

  func truncate(to size: UInt64) throws(StorageError) {
    let descriptor = try open()
    try FileAccess.checked("truncate", path) { try descriptor.resize(to: Int64(size)) }
  }

  /// The file's bytes, and its size, are on the disk when this returns.
  func syncData() throws(StorageError) {
    let descriptor = try open()
    if fdatasync(descriptor.rawValue) != 0 { throw .system(operation: "fdatasync", path: path, code: errno) }
  }

  func syncAll() throws(StorageError) {
    let descriptor = try open()
    if fsync(descriptor.rawValue) != 0 { throw .system(operation: "fsync", path: path, code: errno) }
  }

  /// Takes the file's lock, which ends with this value or the process; false when somebody else has it.
  func tryLock() throws(StorageError) -> Bool {
    let descriptor = try open()
    if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw .system(operation: "flock", path: path, code: errno)
  }

  func close() throws(StorageError) {
    guard let open = descriptor else { return }
    descriptor = nil
    try FileAccess.checked("close", path) { try open.close() }
  }
}

/// Folders: made, listed and synced.
enum Folder {
  static func create(_ path: String) throws(StorageError) {
    var made = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      if mkdir(made, 0o755) != 0 && errno != EEXIST {
        throw .system(operation: "mkdir", path: made, code: errno)
      }
    }
  }

  /// Names in the folder, in byte order.
  static func names(_ path: String) throws(StorageError) -> [String] {
    guard let directory = opendir(path) else { throw .system(operation: "opendir", path: path, code: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Names that were made, renamed or removed in the folder are on the disk when this returns.
  static func sync(_ path: String) throws(StorageError) {
    try FileAccess(opening: path, .readOnly, options: [.directory]).syncAll()
  }

  static func remove(file path: String) throws(StorageError) {
    if unlink(path) != 0 { throw .system(operation: "unlink", path: path, code: errno) }
  }

  static func rename(_ old: String, to new: String) throws(StorageError) {
    if Glibc.rename(old, new) != 0 { throw .system(operation: "rename", path: old, code: errno) }
  }
}

/// Numbers in file names: twenty digits, so that name order is number order.
func paddedNumber(_ number: UInt64) -> String {
  let digits = String(number)
  return String(repeating: "0", count: 20 - digits.utf8.count) + digits
}

/// The number in `prefix` digits `suffix`; nil for other names.
func numberInName(_ name: String, prefix: String, suffix: String) -> UInt64? {
  guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
  let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
  guard digits.utf8.count == 20, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
  return UInt64(digits)
}
