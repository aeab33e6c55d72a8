import Canonical
import Hyperliquid
import VenueKit

// Vaults.
extension InfoService {
  func vaultAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "vaultDetails":
      guard let address = request["vaultAddress"]?.string.flatMap({ Address(hex: $0) }) else { return .unreadable }
      guard let vault = state.vaultView(address) else { return json { $0.null() } }
      return json { writeVault(&$0, vault, for: request.user) }
    case "userVaultEquities": return forUser(request) { user in json { writeEquities(&$0, user) } }
    case "vaultSummaries": return json { $0.array(of: userVaults) { writeSummary(&$0, $1) } }
    case "leadingVaults":
      return forUser(request) { user in
        json { $0.array(of: userVaults.filter { $0.leader == user }) { writeLeading(&$0, $1) } }
      }
    default: return nil
    }
  }

  private var userVaults: [VaultView] {
    state.vaultAddresses().filter { $0 != parameters.vault.address }.compactMap { state.vaultView($0) }
  }

  private func writeEquities(_ output: inout JSONOutput, _ user: Address) {
    output.array(of: state.vaultEquities(user)) { output, entry in
      output.object { output in
        output.key("vaultAddress")
        output.address(entry.vault)
        output.usd("equity", entry.holding.equity)
        output.key("lockedUntilTimestamp")
        output.integer(entry.holding.lockedUntil)
      }
    }
  }

  func writeLeading(_ output: inout JSONOutput, _ vault: VaultView) {
    output.object { output in
      output.key("address")
      output.address(vault.address)
      output.key("name")
      output.string(vault.name)
    }
  }

  private func writeSummary(_ output: inout JSONOutput, _ vault: VaultView) {
    output.object { output in
      output.key("name")
      output.string(vault.name)
      output.key("vaultAddress")
      output.address(vault.address)
      output.key("leader")
      output.address(vault.leader)
      output.usd("tvl", vault.equity)
      output.key("isClosed")
      output.flag(vault.isClosed)
      output.key("relationship")
      writeRelationship(&output, vault)
      output.key("createTimeMillis")
      output.integer(vault.created)
    }
  }

  private func writeRelationship(_ output: inout JSONOutput, _ vault: VaultView) {
    output.object { output in
      output.key("type")
      guard vault.address == parameters.vault.address else { return output.string("normal") }
      output.string("parent")
      output.key("data")
      output.object { output in
        output.key("childAddresses")
        output.array { $0.address(parameters.vault.liquidator) }
      }
    }
  }

  private func writeVault(_ output: inout JSONOutput, _ vault: VaultView, for user: Address?) {
    output.object { output in
      output.key("name")
      output.string(vault.name)
      output.key("vaultAddress")
      output.address(vault.address)
      output.key("leader")
      output.address(vault.leader)
      output.key("description")
      output.string(vault.description)
      output.key("portfolio")
      writePortfolio(&output, vault.address)
      output.key("apr")
      output.number("0.0")
      output.key("followerState")
      if let user, let follower = vault.followers.first(where: { $0.address == user }) {
        writeFollower(&output, follower, vault)
      } else {
        output.null()
      }
      output.key("leaderFraction")
      output.number(Self.fraction(vault.leaderEquity, of: vault.equity))
      output.key("leaderCommission")
      output.number(Self.fraction(Money(vault.commission), of: 1_000_000))
      output.key("followers")
      output.array(of: vault.followers.prefix(100)) { writeFollower(&$0, $1, vault) }
      output.key("maxDistributable")
      output.number(Self.fraction(vault.withdrawable, of: 1_000_000))
      output.key("maxWithdrawable")
      let own = vault.followers.first { $0.address == user }?.equity ?? 0
      output.number(Self.fraction(min(own, vault.withdrawable), of: 1_000_000))
      output.key("isClosed")
      output.flag(vault.isClosed)
      output.key("relationship")
      writeRelationship(&output, vault)
      output.key("allowDeposits")
      output.flag(vault.allowsDeposits)
      output.key("alwaysCloseOnWithdraw")
      output.flag(vault.closesOnWithdrawal)
    }
  }

  private func writeFollower(_ output: inout JSONOutput, _ follower: FollowerView, _ vault: VaultView) {
    let entered = follower.lockedUntil - vault.lockMilliseconds
    output.object { output in
      output.key("user")
      if follower.address == vault.leader { output.string("Leader") } else { output.address(follower.address) }
      output.usd("vaultEquity", follower.equity)
      output.usd("pnl", follower.equity - follower.basis)
      output.usd("allTimePnl", follower.equity - follower.basis)
      output.key("daysFollowing")
      output.integer(max(0, time - entered) / 86_400_000)
      output.key("vaultEntryTime")
      output.integer(max(0, entered))
      output.key("lockupUntil")
      output.integer(follower.lockedUntil)
    }
  }

  /// A quotient as a JSON number with six places, cut; 0 of nothing.
  static func fraction(_ part: Money, of whole: Money) -> String {
    if whole <= 0 { return "0.0" }
    var output = JSONOutput()
    output.decimal(part * 1_000_000 / whole, scale: 6)
    return String(decoding: output.bytes.dropFirst().dropLast(), as: UTF8.self)
  }
}
