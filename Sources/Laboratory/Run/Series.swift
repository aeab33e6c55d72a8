/// A line of a picture that is kept small: when it has too many points, neighbours melt into one that remembers the
/// lowest and highest of both.
struct Series: Sendable {
  struct Point: Sendable {
    var time: Int64
    var low: Double
    var high: Double
    var last: Double
  }

  static let capacity = 1_200

  private(set) var points: [Point] = []
  private var stride = 1
  private var pending = 0

  mutating func add(_ value: Double, at time: Int64) {
    if pending > 0, var point = points.popLast() {
      point.low = min(point.low, value)
      point.high = max(point.high, value)
      point.last = value
      points.append(point)
    } else {
      points.append(Point(time: time, low: value, high: value, last: value))
    }
    pending = (pending + 1) % stride
    if points.count >= Self.capacity && pending == 0 { halve() }
  }

  private mutating func halve() {
    var halved: [Point] = []
    for index in Swift.stride(from: 0, to: points.count - 1, by: 2) {
      let (first, second) = (points[index], points[index + 1])
      halved.append(
        Point(
          time: first.time, low: min(first.low, second.low), high: max(first.high, second.high), last: second.last))
    }
    points = halved
    stride *= 2
  }
}

/// Counts of what happened in equal parts of the run's time, for columns of a picture.
struct Histogram: Sendable {
  let start: Int64
  let width: Int64
  private(set) var values: [Double]

  init(start: Int64, duration: Int64, parts: Int = 120) {
    self.start = start
    width = max(1, (duration + Int64(parts) - 1) / Int64(parts))
    values = Array(repeating: 0, count: parts)
  }

  mutating func add(_ value: Double, at time: Int64) {
    let index = min(values.count - 1, max(0, Int((time - start) / width)))
    values[index] += value
  }
}

/// A figure in `CommonScale` as a number for pictures and statistics only.
func picture(_ value: Int128) -> Double { Double(value) / 1e12 }
