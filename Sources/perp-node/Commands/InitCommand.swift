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

  @Option(name: .long, help: "Whose signatures are accepted: testnet (the Python client's at any local address) or mainnet.")
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
    configuration.fund = try fund.map(Self.parse).sorted { $0.address < $1.address }
    var genesis = try NodeFolder.preset(preset)
    if case .object(var members) = genesis, let index = members.firstIndex(where: { $0.key == "network" }) {
      members[index].value = .string(chain)
      genesis = .object(members)
    }
    do throws(GenesisError) {
      _ = try HyperliquidVenue(genesis: genesis, chainID: configuration.chainID)
    } catch {
      throw NodeFailure(.wrongRequest, "preset \(preset): \(error.path) \(error.problem)")
    }
    try NodeFolder(path: folder).create(genesis: genesis, configuration: configuration)
    print("wrote \(folder): \(preset) on \(chain), \(configuration.fund.count) funded")
    print("start it: perp node start \(folder)")
  }

  static func parse(_ text: String) throws -> (address: Address, amount: UInt64) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = Address(hex: String(parts[0])), address != .zero,
      let amount = UInt64(parts[1]), amount > 0, amount <= 100_000_000_000
    else { throw NodeFailure(.wrongRequest, "--fund \(text): wanted ADDRESS=AMOUNT, whole USDC") }
    return (address, amount)
  }
}
