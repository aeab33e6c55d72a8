import Canonical
import Foundation
import Hyperliquid
import Testing

@testable import perp_node

/// Configuration, folder, and what `init` refuses.
@Suite struct FolderTests {
  private func temporary() -> String { NSTemporaryDirectory() + "node-tests-folder-\(UUID().uuidString)" }

  private func failure(_ body: () throws -> Void) -> NodeFailure? {
    do { try body() } catch { return error as? NodeFailure }
    return nil
  }

  @Test func aConfigurationReadsWhatItWrites() throws {
    var configuration = NodeConfiguration()
    configuration.chainID = "mine"
    configuration.port = 4_000
    configuration.snapshotBlocks = 7
    configuration.limits.connections = 9
    configuration.limits.weightPerMinute = 1_200
    configuration.logs.index = .debug
    #expect(try NodeConfiguration(text: configuration.text) == configuration)
    #expect(try NodeConfiguration(text: "port: 1\n").port == 1)
  }

  @Test(arguments: [
    ("prot: 3001", "prot"), ("port: many", "port"), ("port: 70000", "port"), ("limits:\n  bodyByte: 1", "bodyByte"),
    ("limits: 3", "limits"), ("logs:\n  chain: loud", "chain"), ("logs:\n  disk: info", "disk"),
    ("blockMilliseconds: 0", "blockMilliseconds"), ("- 1", "keys"),
  ])
  func aWrongConfigurationIsNamed(text: String, word: String) {
    let failure = failure { _ = try NodeConfiguration(text: text) }
    #expect(failure?.status == .wrongRequest)
    #expect(failure?.message.contains(word) == true)
  }

  @Test(arguments: [
    "0x12=5", "0x1111111111111111111111111111111111111111", "0x1111111111111111111111111111111111111111=",
    "0x1111111111111111111111111111111111111111=0", "0x1111111111111111111111111111111111111111=-1",
    "0x1111111111111111111111111111111111111111=1.5", "0x1111111111111111111111111111111111111111=1=2",
    "0x0000000000000000000000000000000000000000=5", "0x1111111111111111111111111111111111111111=99999999999999999999",
  ])
  func wrongFundsAreRefused(text: String) {
    #expect(failure { _ = try InitCommand.parse(text) }?.status == .wrongRequest)
  }

  @Test func initWritesAFolderOnceAndForItsOwnerAlone() throws {
    let path = temporary()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let address = "0x1111111111111111111111111111111111111111"
    let command = try InitCommand.parse([path, "--chain", "mainnet", "--fund", "\(address)=250", "--port", "4001"])
    try command.run()
    let folder = NodeFolder(path: path)
    #expect(try folder.configuration().port == 4_001)
    let genesis = try folder.genesis()
    #expect(genesis["network"]?.string == "mainnet")
    #expect(genesis["accounts"]?.array?.contains { $0["address"]?.string == address } == true)
    for file in [folder.genesisPath, folder.configurationPath] {
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    #expect(failure { try command.run() }?.status == .wrongRequest)
  }

  @Test func initRefusesWhatItDoesNotKnow() throws {
    for arguments in [["--chain", "devnet"], ["--preset", "nonsense"], ["--fund", "0x12=1"]] {
      let path = temporary()
      let command = try InitCommand.parse([path] + arguments)
      #expect(failure { try command.run() }?.status == .wrongRequest)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func aFolderWithoutANodeIsTold() {
    #expect(failure { _ = try NodeFolder(path: temporary()).genesis() }?.status == .wrongRequest)
  }
}
