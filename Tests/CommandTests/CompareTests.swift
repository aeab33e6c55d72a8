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
}
