import Glibc

/// One process at a time writes into a run's folder. The operating system lets go of the lock when its holder dies.
final class RunLock {
  private var descriptor: Int32

  init(_ folder: String) throws(RunError) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: folder, problem: "cannot be opened as a folder") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      release()
      throw .file(path: folder, problem: "another process is making this run")
    }
  }

  func release() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit { release() }
}
