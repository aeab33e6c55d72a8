import LadderTwin
import Matching

/// Matching alone, on the shallow and the deep stream, beside the same ladder in C++.
enum MatchingBench {
  static func rows(operations count: Int) -> [BenchRow] {
    [(2_000, "2,000"), (100_000, "100,000")].map { resting, words in
      let stream = OrderStream.operations(resting: resting, count: count)
      let twin = twinRun(stream)
      let own = ownRun(stream)
      precondition(own.checksum == twin.checksum, "the book and its C++ twin trade alike")
      return .rate(
        "matching, \(words) resting", own.rate / 1e6, unit: "Mop/s", peer: "C++ ladder, same stream", twin.rate / 1e6,
        aim: "0.8x")
    }
  }

  /// CPU seconds of an operation on the shallow stream.
  static func operationSeconds() -> Double { 1 / ownRun(OrderStream.operations(resting: 2_000, count: 300_000)).rate }

  private static func twinRun(_ stream: [OrderStream.Operation]) -> (rate: Double, checksum: UInt64) {
    let operations = stream.map { operation in
      LadderOperation(
        kind: operation.kind.rawValue, side: operation.side.rawValue, padding: 0, price: operation.price,
        quantity: operation.quantity, id: operation.id)
    }
    var timings: [Double] = []
    var checksum: UInt64 = 0
    for _ in 0..<3 {
      var seconds = 0.0
      checksum = ladder_twin_run(operations, operations.count, &seconds).checksum
      timings.append(seconds)
    }
    return (Double(stream.count) / timings.sorted()[1], checksum)
  }

  private static func ownRun(_ stream: [OrderStream.Operation]) -> (rate: Double, checksum: UInt64) {
    var checksum: UInt64 = 0
    let seconds = BenchClock.median(runs: 3) {
      var book = LadderBook()
      var sum: UInt64 = 0
      for operation in stream {
        _ = operation.apply(to: &book) { fill in
          let word =
            fill.maker.id &* 0x9E37_79B9_7F4A_7C15 &+ fill.quantity &+ UInt64(UInt32(truncatingIfNeeded: fill.price))
          sum = (sum ^ word) &* 0x100_0000_01B3
        }
      }
      checksum = sum
      return sum
    }
    return (Double(stream.count) / seconds, checksum)
  }
}
