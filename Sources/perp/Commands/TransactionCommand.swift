import ArgumentParser
import Canonical
import Catalog
import Chain
import Foundation
import VenueKit

struct TransactionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tx", abstract: "Transactions as bytes.", subcommands: [TransactionDecodeCommand.self])
}

struct TransactionDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "What a room reads in a transaction's bytes, and whether its signature holds; no state is asked.",
    discussion: """
      The bytes are the chain's own: a scheme byte and the payload. With --account-number they are a bare Cosmos TxRaw,
      as clients broadcast it, signed for that account number.

        perp tx decode --room dydx --chain-id dydx-mainnet-1 --account-number 12 0a83…
      """)

  @Option(help: "The room that reads it.")
  var room: String

  @Option(help: "The chain's name, which many schemes sign.")
  var chainID = "perp"

  @Option(help: "Preset or genesis file of the room; the first preset by default.")
  var genesis: String?

  @Option(help: "Read a bare Cosmos TxRaw that was signed for this account number.")
  var accountNumber: UInt64?

  @Argument(help: "Hexadecimal bytes, or a file that holds such text or the bytes themselves.")
  var transaction: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let room = try RoomAccess.room(room)
    var bytes = try given()
    if let accountNumber {
      guard room.description.schemes.contains(.cosmosDirect) else {
        throw CommandFailure(.wrongRequest, "\(room.description.room) takes no Cosmos transactions")
      }
      var envelope = [TransactionScheme.cosmosDirect.rawValue]
      LEB128.append(accountNumber, to: &envelope)
      bytes = envelope + bytes
    }
    let document = try RoomAccess.genesis(room, preset: genesis)
    let report: TransactionReport
    do throws(GenesisError) {
      report = try room.factory.inspect(document, chainID, bytes)
    } catch {
      throw CommandFailure(.wrongRequest, "genesis: \(error.path): \(error.problem)")
    }
    Console.show(Self.document(report, room.description.room), asJSON: output.json) { Self.print(report) }
    if let refusal = report.refusal {
      throw CommandFailure(.wrongRequest, "refused: \(refusal.text)", isInDocument: true)
    }
  }

  /// Hexadecimal text, or the content of a file.
  private func given() throws -> [UInt8] {
    if let bytes = Self.bytes(of: transaction) { return bytes }
    guard let data = FileManager.default.contents(atPath: transaction) else {
      throw CommandFailure(.wrongRequest, "\(transaction): neither hexadecimal bytes nor a file")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return Self.bytes(of: text) ?? Array(data)
  }

  private static func bytes(of text: String) -> [UInt8]? {
    guard let bytes = try? Hex.decode(text), !bytes.isEmpty else { return nil }
    return bytes
  }

  private static func document(_ report: TransactionReport, _ room: String) -> JSONValue {
    var members = [JSONMember("room", .string(room)), JSONMember("accepted", .bool(report.refusal == nil))]
    if let refusal = report.refusal {
      members += [
        JSONMember("code", JSONValue(refusal.code)), JSONMember("name", .string(refusal.name)),
        JSONMember("rule", .string(refusal.rule)), JSONMember("text", .string(refusal.text)),
        JSONMember(
          "arguments", .object(refusal.arguments.map { JSONMember($0.label, .string($0.value)) })),
      ]
    } else {
      members += [
        JSONMember("description", .string(report.description)),
        JSONMember("signer", report.isProposer ? .null : .string(report.signer.map { "\($0)" } ?? "")),
        JSONMember("cosigners", .array(report.cosigners.map { .string("\($0)") })),
      ]
    }
    return .object(members)
  }

  private static func print(_ report: TransactionReport) {
    if let refusal = report.refusal {
      Swift.print("refused: \(refusal.name) (code \(refusal.code), rule \(refusal.rule))")
      Swift.print(refusal.text)
      return
    }
    Swift.print(report.description)
    if report.isProposer {
      Swift.print("proposer's data")
    } else if let signer = report.signer {
      Swift.print("signed by \(signer)")
    }
    for cosigner in report.cosigners { Swift.print("and by \(cosigner)") }
  }
}
