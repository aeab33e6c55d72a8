import Glibc

/// Time of a piece of work. Thread CPU time is what one core did; wall time is for work on several threads and for
/// disks.
enum BenchClock {
  static func threadSeconds() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }
  static func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }
  /// Of all threads together: what a busy machine does not change.
  static func processSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var now = timespec()
    clock_gettime(clock, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  /// The median of `runs` timings of `work`, by thread CPU time; `work` returns a value so that it cannot be left out.
  static func median(runs: Int = 5, _ work: () throws -> UInt64) rethrows -> Double {
    var timings: [Double] = []
    var guardWord: UInt64 = 0
    for _ in 0..<runs {
      let start = threadSeconds()
      guardWord ^= try work()
      timings.append(threadSeconds() - start)
    }
    keep(guardWord)
    return timings.sorted()[runs / 2]
  }

  static func medianWall(runs: Int = 3, _ work: () throws -> UInt64) rethrows -> Double {
    var timings: [Double] = []
    var guardWord: UInt64 = 0
    for _ in 0..<runs {
      let start = wallSeconds()
      guardWord ^= try work()
      timings.append(wallSeconds() - start)
    }
    keep(guardWord)
    return timings.sorted()[runs / 2]
  }

  @inline(never) static func keep(_ value: UInt64) { withExtendedLifetime(value) {} }
}
