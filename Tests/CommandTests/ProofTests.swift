import Foundation
import Testing

/// `perp state prove` and `perp state verify-proof`.
@Suite struct ProofTests {
  /// Somebody of the sample run.
  private func address() throws -> String {
    let events = try Sample.plain.get().workspace.text("run/events.jsonl")
    let found = try #require(events.firstMatch(of: #/0x[0-9a-f]{40}/#))
    return String(found.output)
  }

  private func prove(_ options: [String], height: Int = 60) throws -> Ended {
    try PerpBinary.run(
      ["state", "prove", try Sample.plain.get().folder, "--venue", "book", "--height", "\(height)", "--json"] + options)
  }

  private func root(at height: Int) throws -> String {
    let lines = try Sample.plain.get().workspace.text("run/roots.csv").split(separator: "\n")
    return String(lines[height].split(separator: ",").last ?? "")
  }

  private func verify(_ document: [String: Any], in workspace: Workspace) throws -> Ended {
    let bytes = try JSONSerialization.data(withJSONObject: document)
    return try PerpBinary.run(["state", "verify-proof", try workspace.write([UInt8](bytes), "proof.json")])
  }

  @Test("Accounts, orders and vault shares are proved under the root of their height, present or absent")
  func proofs() throws {
    let workspace = try Workspace()
    let person = try address()
    var presences = 0
    for options in [
      ["--kind", "account", "--argument", person], ["--kind", "balance", "--argument", person],
      ["--kind", "vault-share", "--argument", person], ["--kind", "order", "--argument", "99999999"],
      ["--kind", "market", "--argument", "BTC"], ["--key", "00"], ["--key", "0xFFFF"],
    ] {
      let proved = try prove(options)
      #expect(proved.status == 0, "\(proved.account)")
      let document = proved.object
      #expect(Set(document.keys) == ["key", "value", "proof", "root", "spec"])
      #expect(document["root"] as? String == (try root(at: 60)))
      if document["value"] is String { presences += 1 }
      let file = try workspace.write(proved.output, "proof.json")
      let verified = try PerpBinary.run(["state", "verify-proof", file, "--json"])
      #expect(verified.status == 0 && verified.object["valid"] as? Bool == true, "\(verified.account)")
      // The same record by the key that was printed.
      let again = try prove(["--key", document["key"] as? String ?? ""])
      #expect(again.output == proved.output)
    }
    #expect(presences >= 3)
  }

  @Test("The same key at other heights has other proofs; genesis is height 0; --out writes the same document")
  func heights() throws {
    let workspace = try Workspace()
    let kind = ["--kind", "account", "--argument", try address()]
    let genesis = try prove(kind, height: 0)
    #expect(genesis.status == 0 && genesis.object["value"] is NSNull, "\(genesis.account)")
    let late = try prove(kind + ["--out", workspace.file("p.json")], height: 90)
    #expect(late.object["root"] as? String == (try root(at: 90)))
    #expect(workspace.text("p.json") == late.output)
    let text = try PerpBinary.run(
      ["state", "prove", try Sample.plain.get().folder, "--venue", "book", "--height", "90"] + kind)
    #expect(text.output.contains("height 90, root \(try root(at: 90))"))
  }

  @Test("Whatever is altered in a proof's file, it holds no more: 1, or 2 where it is no hex")
  func alteredProofs() throws {
    let workspace = try Workspace()
    let presence = try prove(["--kind", "account", "--argument", try address()]).object
    let absence = try prove(["--key", "4800ff"]).object
    #expect(presence["value"] is String && absence["value"] is NSNull)
    for document in [presence, absence] {
      #expect(try verify(document, in: workspace).status == 0)
      for field in ["key", "proof", "root", "value"] {
        guard let text = document[field] as? String else { continue }
        for place in Set([0, 1, text.count / 3, text.count / 2, text.count - 1]) {
          var digits = Array(text)
          digits[place] = digits[place] == "7" ? "8" : "7"
          var altered = document
          altered[field] = String(digits)
          let ended = try verify(altered, in: workspace)
          #expect(ended.status == 1, "\(field) \(place): \(ended.account)")
          digits[place] = "g"
          altered[field] = String(digits)
          #expect(try verify(altered, in: workspace).status == 2)
        }
        for cut in ["", String(text.dropLast(2)), text + "00"] {
          var altered = document
          altered[field] = cut
          #expect(try verify(altered, in: workspace).status == 1, "\(field) cut to \(cut.count)")
        }
        var odd = document
        odd[field] = String(text.dropLast())
        #expect(try verify(odd, in: workspace).status == 2)
      }
      for spec in ["jmt", "iavl", ""] {
        var altered = document
        altered["spec"] = spec
        #expect(try verify(altered, in: workspace).status == 1, "spec \(spec)")
      }
      var other = document
      other["value"] = document["value"] is NSNull ? "00" : NSNull()
      #expect(try verify(other, in: workspace).status == 1)
      for field in ["key", "proof", "root", "value"] {
        var missing = document
        missing[field] = nil
        #expect(try verify(missing, in: workspace).status == 2, "\(field) missing")
        missing[field] = 7
        #expect(try verify(missing, in: workspace).status == 2, "\(field) a number")
      }
    }
    let file = try workspace.write([UInt8](try JSONSerialization.data(withJSONObject: presence)), "proof.json")
    let wanted = try PerpBinary.run(["state", "verify-proof", file, "--root", try root(at: 60)])
    #expect(wanted.status == 0)
    let other = try PerpBinary.run(["state", "verify-proof", file, "--root", try root(at: 59), "--json"])
    #expect(other.status == 1 && other.object["valid"] as? Bool == false, "\(other.account)")
  }

  @Test("What cannot be proved is refused with what there is")
  func refusals() throws {
    let workspace = try Workspace()
    for (options, height, says) in [
      (["--key", "00"], 91, "the log holds 90 blocks"), (["--key", "0"], 5, "wanted hex digits"),
      (["--key", ""], 5, "wanted hex digits"), (["--key", "zz"], 5, "wanted hex digits"), ([], 5, "name the record"),
      (["--key", "00", "--kind", "account"], 5, "name the record"),
      (["--kind", "acount", "--argument", "0x"], 5, "names no record by --kind acount"), (["--key", "00"], -1, "'-1'"),
    ] {
      let ended = try prove(options, height: height)
      #expect(ended.status == 2, "\(ended.account)")
      #expect((ended.object["error"] as? String)?.contains(says) == true, "\(ended.account)")
    }
    for (name, text) in [
      ("empty", ""), ("list", "[]"), ("cut", #"{"key":"00""#), ("object", "{}"),
      ("deep", String(repeating: "[", count: 99_999)),
      ("twice", #"{"key":"00","key":"01","value":null,"proof":"","root":""}"#),
    ] {
      let ended = try PerpBinary.run(["state", "verify-proof", try workspace.write(text, name)])
      #expect(ended.status == 2 && !ended.errors.isEmpty, "\(ended.account)")
    }
    #expect(try PerpBinary.run(["state", "verify-proof", workspace.file("nowhere")]).status == 2)
    #expect(try PerpBinary.run(["state", "verify-proof", workspace.path]).status == 2)
  }
}
