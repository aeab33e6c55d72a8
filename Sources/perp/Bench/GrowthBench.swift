/// What a block that only moves the price costs as accounts with positions grow in number.
enum GrowthBench {
  static func row(large: Int) throws -> BenchRow {
    let small = 10_000
    let smallSeconds = try seconds(accounts: small)
    let largeSeconds = try seconds(accounts: large)
    return .cost(
      "block that only moves the price, \(large) accounts with positions", largeSeconds * 1e6, unit: "us",
      peer: "\(small) accounts", smallSeconds * 1e6, aim: "0.67x (within 1.5 times)")
  }

  private static func seconds(accounts: Int) throws -> Double {
    var bench = try VenueBench(accounts: accounts, isSigned: false, threads: 1, folder: nil)
    try bench.openPositions()
    return try bench.priceOnlyBlockSeconds(blocks: 101)
  }
}
