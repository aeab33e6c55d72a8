import Dispatch

/// Carries out `body` for every chunk of `size` numbers of 0..<count, the last one shorter, on at most `workers` threads.
/// With one worker or one chunk everything happens on the calling thread. Chunks start at multiples of `size`.
@usableFromInline func performInChunks(
  count: Int, of size: Int, workers: Int, _ body: @Sendable (Range<Int>) -> Void
) {
  let chunks = (count + size - 1) / size
  let threads = Swift.min(workers, chunks)
  if threads <= 1 {
    for chunk in 0..<chunks { body(chunk * size..<Swift.min(count, (chunk + 1) * size)) }
    return
  }
  DispatchQueue.concurrentPerform(iterations: threads) { thread in
    // Every thread has a run of chunks: neighbours in memory stay with one core.
    for chunk in chunks * thread / threads..<chunks * (thread + 1) / threads {
      body(chunk * size..<Swift.min(count, (chunk + 1) * size))
    }
  }
}

/// Unchecked: every place is written by one thread only, and the buffer outlives the loop.
@frozen @usableFromInline struct DisjointPlaces<Element>: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutableBufferPointer<Element>

  @inlinable init(base: UnsafeMutableBufferPointer<Element>) { self.base = base }
}
