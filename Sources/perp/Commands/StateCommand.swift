import ArgumentParser
import Canonical
import Chain
import Foundation
import StateStore

struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Check and prove what a chain's state holds.",
    subcommands: [StateVerifyCommand.self, StateProveCommand.self, StateVerifyProofCommand.self])
}

struct StateProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "An ICS23 proof that a record is, or is not, in the state at a height.",
    discussion: """
      Name the record by its key (--key HEX), or by what it is (--kind account --argument 0x...). The chain is replayed
      to the height; the proof verifies under the ICS23 SmtSpec against the printed root.
      """)

  @Argument(help: "The run's folder.")
  var folder: String

  @Option(name: .long, help: "The venue's name in the run.")
  var venue: String

  @Option(name: .long, parsing: .unconditional, help: "The block after which the state is proved; 0 is genesis.")
  var height: UInt64

  @Option(name: .long, help: "The record's key, hex.")
  var key: String?

  @Option(name: .long, help: "What the record is: account, order, vault-share, ... as the room names it.")
  var kind: String?

  @Option(name: .long, help: "Which one: an address, an order id.")
  var argument: String?

  @Option(name: .long, help: "Write the JSON document to this file as well.")
  var out: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let chain = try RunFolderAccess.chain(named: venue, in: folder)
    let answer = try chain.query(wanted(), height: height)
    let document = ProofDocument(answer).json
    if let out {
      do {
        try Data((document.text(.pretty) + "\n").utf8).write(to: URL(fileURLWithPath: out))
      } catch {
        throw CommandFailure(.wrongRequest, "\(out): cannot be written")
      }
    }
    Console.show(document, asJSON: output.json) {
      print("height \(answer.height), root \(answer.root.hex)")
      print("key    \(Hex.encode(answer.key))")
      print(answer.value.map { "value  \(Hex.encode($0))" } ?? "value  none: the proof is of absence")
      print("proof  \(Hex.encode(answer.proof ?? []))")
    }
  }

  private func wanted() throws -> StateQuery {
    switch (key, kind, argument) {
    case (let key?, nil, nil):
      guard let bytes = try? Hex.decode(key), !bytes.isEmpty else {
        throw CommandFailure(.wrongRequest, "--key \(key): wanted hex digits, two for each byte")
      }
      return .key(bytes)
    case (nil, let kind?, let argument): return .named(kind: kind, argument: argument ?? "")
    default: throw CommandFailure(.wrongRequest, "name the record: --key HEX, or --kind KIND --argument WHICH")
    }
  }
}

struct StateVerifyProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-proof",
    abstract: "Check a proof file against the root it names: exit status 0 when it holds, 1 when not.")

  @Argument(
    help: "A JSON file {key, value|null, proof, root, spec} in hex, as `state prove --json` prints it; - reads it.")
  var file: String

  @Option(name: .long, help: "Demand this root instead of the file's own.")
  var root: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let data = file == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
    guard let data else { throw CommandFailure(.wrongRequest, "\(file): cannot be read") }
    let proof = try ProofDocument(file: file, bytes: Array(data))
    var root = proof.root
    if let text = self.root {
      guard let wanted = Hash32(hex: text) else {
        throw CommandFailure(.wrongRequest, "--root \(text): wanted 64 hex digits")
      }
      root = wanted
    }
    var holds = false
    if let root, let spec = proof.spec {
      holds = ICS23.verify(proof: proof.proof, spec: spec, root: root, key: proof.key, value: proof.value)
    }
    let document = JSONValue.object([
      JSONMember("valid", .bool(holds)), JSONMember("root", .string(root?.hex ?? "")),
      JSONMember("key", .string(Hex.encode(proof.key))),
    ])
    Console.show(document, asJSON: output.json) {
      let what = proof.value == nil ? "absence" : "presence"
      print("the proof of \(what) " + (holds ? "holds under root \(root?.hex ?? "")" : "does NOT hold"))
    }
    if !holds { throw CommandFailure(.failed, "the proof does not hold", isInDocument: true) }
  }
}

/// A proof as it travels: `{key, value|null, proof, root, spec}`, hex.
struct ProofDocument {
  let key: [UInt8]
  let value: [UInt8]?
  let proof: [UInt8]
  /// Nil when the file names something that is no root, under which no proof holds.
  let root: Hash32?
  /// Nil when the file names a spec that is not known, by which no proof holds.
  let spec: TreeSpec?

  init(_ answer: StateAnswer) {
    key = answer.key
    value = answer.value
    proof = answer.proof ?? []
    root = answer.root
    spec = .ics23SMT
  }

  init(file: String, bytes: [UInt8]) throws {
    func wrong(_ what: String) -> CommandFailure { CommandFailure(.wrongRequest, "\(file): \(what)") }
    guard let document = try? JSONValue(parsing: bytes), document.members != nil else {
      throw wrong("not a JSON object")
    }
    func hex(_ name: String) throws -> [UInt8] {
      guard let text = document[name]?.string, let bytes = try? Hex.decode(text) else {
        throw wrong("\(name) is not hex")
      }
      return bytes
    }
    key = try hex("key")
    proof = try hex("proof")
    guard let valueMember = document["value"] else {
      throw wrong("value is missing; null says that there is no record")
    }
    value = valueMember.isNull ? nil : try hex("value")
    root = Hash32(try hex("root"))
    guard let name = document["spec"].map({ $0.string }) ?? "smt" else { throw wrong("spec is not text") }
    spec = name == "smt" ? .ics23SMT : name == "jmt" ? .jmt : nil
  }

  var json: JSONValue {
    .object([
      JSONMember("key", .string(Hex.encode(key))),
      JSONMember("value", value.map { .string(Hex.encode($0)) } ?? .null),
      JSONMember("proof", .string(Hex.encode(proof))), JSONMember("root", .string(root?.hex ?? "")),
      JSONMember("spec", .string("smt")),
    ])
  }
}
