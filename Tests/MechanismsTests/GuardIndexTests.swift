import Mechanisms
import Testing

@Suite struct GuardIndexTests {
  /// Aim: guards hand out exactly those whose threshold the figure passed. Method: a plain list of thresholds as twin.
  @Test func guardsAgreeWithAPlainList() {
    var index = GuardIndex(figures: 2)
    var plain: [(subject: UInt64, figure: Int, above: Bool, threshold: Int128)] = []
    var seed: UInt64 = 7
    func draw(_ bound: UInt64) -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (seed >> 33) % bound
    }
    for step in 0..<3_000 {
      let subject = draw(40)
      if draw(3) < 2 {
        index.reset(subject)
        plain.removeAll { $0.subject == subject }
        for figure in 0..<2 {
          let above = draw(2) == 0
          let threshold = Int128(draw(1_000))
          index.set(subject, figure: figure, above ? .above : .below, threshold: threshold)
          plain.append((subject, figure, above, threshold))
        }
      } else {
        let figure = Int(draw(2))
        let value = Int128(draw(1_000))
        var found: [UInt64] = []
        index.cross(figure: figure, value: value, into: &found)
        let crossed = plain.filter { $0.figure == figure && ($0.above ? value > $0.threshold : value < $0.threshold) }
        #expect(found.sorted() == crossed.map(\.subject).sorted(), "step \(step)")
        plain.removeAll { entry in
          entry.figure == figure && (entry.above ? value > entry.threshold : value < entry.threshold)
        }
      }
    }
    #expect(index.entryCount < 4_000)
  }

  /// Aim: the heap gives its entries in order, and a copy is independent of the original.
  @Test func heapSortsAndForks() {
    var heap = PagedHeap<Int>()
    let numbers = (0..<500).map { ($0 * 7_919) % 503 }
    for number in numbers { heap.insert(number) }
    var fork = heap
    var drained: [Int] = []
    while let first = fork.popFirst() { drained.append(first) }
    #expect(drained == numbers.sorted())
    #expect(heap.count == 500)
    #expect(heap.first == numbers.min())
  }

  /// Aim: the median of an even count is the mean of the middle two, rounded down.
  @Test func medians() {
    #expect(median([]) == nil)
    #expect(median([3]) == 3)
    #expect(median([1, 4]) == 2)
    #expect(median([-1, -4]) == -3)
    #expect(median([5, 1, 9]) == 5)
  }

  /// Aim: e^-1 after one time constant, and an average that approaches a constant sample.
  @Test func exponentialAverage() {
    var average = ExponentialAverage()
    #expect(average.value == nil)
    average.add(100, at: 1_000, tau: 150_000)
    #expect(average.value == 100)
    average.add(200, at: 151_000, tau: 150_000)
    #expect(average.value == 199)
    for step in 1...40 { average.add(300, at: 151_000 + Int64(step) * 150_000, tau: 150_000) }
    #expect((299...300).contains(average.value ?? 0))
  }
}
