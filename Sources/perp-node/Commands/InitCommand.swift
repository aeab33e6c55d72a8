import ArgumentParser
import Canonical
import Hyperliquid
import VenueKit

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a new node's folder: genesis and a commented configuration.")

  @Argument(help: "The folder; it must not hold a node yet.")
  var folder: String

  @Option(name: .long, help: "The venue's parameters: local, mainnet, testnet or harsh.")
  var preset = "local"

  @Option(
    name: .long, help: "Whose signatures are accepted: testnet (the Python client's at any local address) or mainnet.")
  var chain = "testnet"

  @Option(name: .long, parsing: .upToNextOption, help: "ADDRESS=AMOUNT: whole USDC to begin with; may be repeated.")
  var fund: [String] = []

  @Option(name: .long, help: "The port that is written into the configuration.")
  var port: Int?

  func run() throws {
    guard ["testnet", "mainnet"].contains(chain) else {
      throw NodeFailure(.wrongRequest, "--chain \(chain): wanted testnet or mainnet")
    }
    var configuration = NodeConfiguration()
    configuration.chainID = "hyperliquid-\(preset)"
    if let port { configuration.port = port }
    let people = try fund.map(Self.parse).sorted { $0.address < $1.address }
    let genesis = try Self.genesis(of: try NodeFolder.preset(preset), network: chain, people: people)
    do throws(GenesisError) {
      _ = try HyperliquidVenue(genesis: genesis, chainID: configuration.chainID)
    } catch {
      throw NodeFailure(.wrongRequest, "preset \(preset): \(error.path) \(error.problem)")
    }
    try NodeFolder(path: folder).create(genesis: genesis, configuration: configuration)
    print("wrote \(folder): \(preset) on \(chain), \(people.count) funded")
    print("start it: perp node start \(folder)")
  }

  /// The preset for a network, with people's money behind that of its own accounts.
  static func genesis(
    of preset: JSONValue, network: String, people: [(address: Address, amount: UInt64)]
  ) throws -> JSONValue {
    guard case .object(var members) = preset else { throw NodeFailure(.internal, "a preset is an object") }
    let accounts = people.map { person in
      JSONValue.object([
        JSONMember("address", .string(person.address.description)), JSONMember("amount", .string("\(person.amount)")),
      ])
    }
    let known = preset["accounts"]?.array ?? []
    let changes = [("network", JSONValue.string(network)), ("accounts", .array(known + accounts))]
    for (key, value) in changes {
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index].value = value
      } else {
        members.append(JSONMember(key, value))
      }
    }
    return .object(members)
  }

  static func parse(_ text: String) throws -> (address: Address, amount: UInt64) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = Address(hex: String(parts[0])), address != .zero,
      let amount = UInt64(parts[1]), amount > 0, amount <= 100_000_000_000
    else { throw NodeFailure(.wrongRequest, "--fund \(text): wanted ADDRESS=AMOUNT, whole USDC") }
    return (address, amount)
  }
}
