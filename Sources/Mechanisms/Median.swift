/// The median of one to four whole figures; of an even number the mean of the middle two, rounded down.
@inlinable public func median(_ figures: [Int64]) -> Int64? {
  if figures.isEmpty { return nil }
  let sorted = figures.sorted()
  let middle = sorted.count / 2
  if sorted.count % 2 == 1 { return sorted[middle] }
  let sum = Int128(sorted[middle - 1]) + Int128(sorted[middle])
  return Int64(sum >> 1)
}
