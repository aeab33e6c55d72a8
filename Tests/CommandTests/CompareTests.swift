import Foundation
import Testing

/// `perp compare` as a user meets it.
@Suite struct CompareTests {
  @Test("One run's comparison is told as the run told it, and two runs stand beside each other")
  func compare() throws {
    let made = try Sample.plain.get()
    let one = try PerpBinary.run(["compare", made.folder, "--json"])
    #expect(one.status == 0, "\(one.account)")
    let told = try #require(made.ended.object["comparison"] as? [[String: Any]])
    let read = try #require(one.object["comparison"] as? [[String: Any]])
    #expect(read.count == told.count && read.count > 25)
    for (left, right) in zip(told, read) { #expect(NSDictionary(dictionary: left) == NSDictionary(dictionary: right)) }
    let gap = read.first { $0["figure"] as? String == "result-gap" }?["values"] as? [String: Any]
    #expect(gap?["book"] as? String == "0")

    let two = try PerpBinary.run(["compare", made.folder, made.folder])
    #expect(two.status == 0, "\(two.account)")
    let head = try #require(two.output.split(separator: "\n").first)
    #expect(head.split(separator: " ").suffix(2) == ["run/book", "run/book"])
    #expect(two.output.contains("Mean cost of a trade of 1,000,000 USD"))
  }

  @Test("A folder without a finished run, and one whose comparison was damaged, are refused with 2")
  func refused() throws {
    let workspace = try Workspace()
    let missing = try PerpBinary.run(["compare", workspace.file("nothing")])
    #expect(missing.status == 2 && missing.errors.contains("no finished run"), "\(missing.account)")
    let none = try PerpBinary.run(["compare"])
    #expect(none.status == 2)
    try FileManager.default.copyItem(atPath: Sample.plain.get().folder, toPath: workspace.file("run"))
    let path = workspace.file("run/comparison.csv")
    let text = workspace.text("run/comparison.csv").replacingOccurrences(of: "fees,USD,", with: "fees,USD,x")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let damaged = try PerpBinary.run(["compare", workspace.file("run")])
    #expect(damaged.status == 2 && damaged.errors.contains("is no line of a comparison"), "\(damaged.account)")
  }

  @Test("The scenario of a pool and a book that ships: money adds up on both, and threads change nothing")
  func poolAndBook() throws {
    let workspace = try Workspace()
    let scenario = "Specs/Scenarios/pool-and-book.yaml"
    let sets = ["clock.duration=45s", "people.retail.count=30", "people.retail.warmup=20s", "assertions=[]"]
    let options = sets.flatMap { ["--set", $0] }
    let one = try PerpBinary.run(["run", scenario, "--out", workspace.file("a"), "--threads", "1", "--json"] + options)
    let two = try PerpBinary.run(["run", scenario, "--out", workspace.file("b"), "--threads", "2"] + options)
    #expect(one.status == 0 && two.status == 0, "\(one.account) \(two.account)")
    for name in Sample.outputs { #expect(workspace.bytes("a/\(name)") == workspace.bytes("b/\(name)"), "\(name)") }
    let rows = try #require(one.object["comparison"] as? [[String: Any]])
    func values(_ figure: String) -> [String: Any] {
      rows.first { $0["figure"] as? String == figure }?["values"] as? [String: Any] ?? [:]
    }
    for venue in ["book", "pool"] {
      #expect(values("result-gap")[venue] as? String == "0", "\(venue)")
      #expect(values("ledger-gap")[venue] as? String == "0", "\(venue)")
      #expect(values("trade-cost-mean")[venue] as? String != "0", "\(venue)")
      #expect(values("group/retail")[venue] as? String != "0", "\(venue)")
    }
    // The same money backs both: the makers' deposits stand in the pool.
    let pool = try #require((values("pool-value")["pool"] as? String).flatMap { Double($0) })
    #expect(pool > 80_000_000)
  }
}
