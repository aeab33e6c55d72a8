import Canonical
import Foundation
import Hyperliquid
import HyperliquidGateway
import Testing

@testable import perp_node

/// History in the index: whole after every kind of restart, and equal when it is made anew.
@Suite struct IndexTests {
  private func expectEqual(_ left: [String: String], _ right: [String: String]) {
    #expect(left.count == right.count)
    for (request, answer) in left { #expect(right[request] == answer, "\(request)") }
  }

  @Test func historyStandsInTheIndexAndNotInMemory() throws {
    let stage = try NodeStage("memory")
    try stage.trade(blocks: 12)
    let answers = try stage.answers()
    for user in stage.users {
      #expect(answers[#"{"type":"userFills","user":"\#(user)"}"#]?.contains(#""oid":"#) == true)
      #expect(answers[#"{"type":"historicalOrders","user":"\#(user)"}"#]?.contains("filled") == true)
    }
    #expect(!answers.values.contains("no answer"))
    let kept = stage.opened.publisher.store.history { history in
      history.users.values.reduce(0) { $0 + $1.fills.rows.count + $1.orders.rows.count }
    }
    #expect(kept == 0)
    try stage.close()
  }

  @Test func restartsAnswerTheSame() throws {
    let stage = try NodeStage("restart")
    try stage.trade(blocks: 6)
    try stage.snapshot()
    try stage.trade(blocks: 5)
    let before = try stage.answers()
    let root = stage.engine.root
    try stage.restart()
    #expect(stage.opened.snapshotHeight == 6)
    #expect(stage.engine.root == root)
    expectEqual(before, try stage.answers())
    // Trade goes on with what the checkpoint knew of open orders and positions: as without the restart.
    try stage.trade(blocks: 3)
    let after = try stage.answers()
    let tables = try stage.opened.index.database.fingerprints().map(\.hash)
    try stage.reindex()
    #expect(try HistoryDatabase(path: stage.folder.indexPath).fingerprints().map(\.hash) == tables)
    try stage.reopen()
    expectEqual(after, try stage.answers())
    try stage.close()
  }

  @Test func aLostIndexIsMadeAnewOnStart() throws {
    let stage = try NodeStage("lost")
    try stage.trade(blocks: 5)
    try stage.snapshot()
    try stage.trade(blocks: 2)
    let before = try stage.answers()
    try stage.close()
    for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: stage.folder.indexPath + ending) }
    try stage.reopen()
    #expect(stage.opened.snapshotHeight == 0)
    expectEqual(before, try stage.answers())
    try stage.close()
    try Data("no database".utf8).write(to: URL(fileURLWithPath: stage.folder.indexPath))
    try stage.reopen()
    expectEqual(before, try stage.answers())
    try stage.close()
  }

  @Test func anIndexOfAnotherLogIsNotBelieved() throws {
    let stage = try NodeStage("foreign")
    try stage.trade(blocks: 4)
    let early = try stage.answers()
    try stage.close()
    let copy = stage.folder.path + "-log"
    try FileManager.default.copyItem(atPath: stage.folder.chainPath, toPath: copy)
    try stage.reopen()
    try stage.trade(blocks: 4)
    try stage.close()
    // The log as it was four blocks ago; the index knows of eight.
    try FileManager.default.removeItem(atPath: stage.folder.chainPath)
    try FileManager.default.moveItem(atPath: copy, toPath: stage.folder.chainPath)
    try stage.reopen()
    #expect(stage.engine.height == 4)
    expectEqual(early, try stage.answers())
    try stage.close()
  }

  @Test func closedOrdersAreFoundByNumberAndByClientID() throws {
    let stage = try NodeStage("cloid")
    try stage.trade(blocks: 10)
    let user = stage.users[0]
    let text = try stage.answers()[#"{"type":"historicalOrders","user":"\#(user)"}"#] ?? ""
    let rows = try JSONValue(parsing: Array(text.utf8)).array ?? []
    let info = InfoService(store: stage.opened.publisher.store)
    var seen = 0
    for row in rows {
      guard let oid = row["order"]?["oid"]?.uint64, let status = row["status"] else { continue }
      var references = ["\(oid)"]
      if let cloid = row["order"]?["cloid"]?.string { references.append("\"\(cloid)\"") }
      for reference in references {
        let request = #"{"type":"orderStatus","user":"\#(user)","oid":\#(reference)}"#
        guard case .json(let json) = info.answer(try JSONValue(parsing: Array(request.utf8))) else {
          Issue.record("\(request)")
          continue
        }
        let found = try JSONValue(parsing: json)
        #expect(found["order"]?["order"]?["oid"]?.uint64 == oid)
        #expect(found["order"]?["status"] == status)
        seen += 1
      }
    }
    #expect(seen > 20)
    try stage.close()
  }
}
