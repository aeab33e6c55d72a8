import Canonical
import Hyperliquid
import VenueKit

// Vaults.
extension InfoService {
  func vaultAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "vaultDetails":
      guard let vault = request["vaultAddress"]?.string.flatMap({ Address(hex: $0) }) else { return .unreadable }
      guard let reading = VaultReading(vault, self) else { return json { $0.null() } }
      return json { writeVault(&$0, reading, for: request.user) }
    case "userVaultEquities":
      return forUser(request) { user in json { writeEquities(&$0, user) } }
    case "vaultSummaries": return json { $0.array { _ in } }
    case "leadingVaults": return forUser(request) { _ in json { $0.array { _ in } } }
    default: return nil
    }
  }

  private func writeEquities(_ output: inout JSONOutput, _ user: Address) {
    let vault = parameters.vault.address
    output.array { output in
      guard let reading = VaultReading(vault, self), let held = reading.followers.first(where: { $0.user == user })
      else { return }
      output.object { output in
        output.key("vaultAddress")
        output.address(vault)
        output.usd("equity", held.equity)
        output.key("lockedUntilTimestamp")
        output.integer(held.lockedUntil)
      }
    }
  }

  private func writeVault(_ output: inout JSONOutput, _ vault: VaultReading, for user: Address?) {
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
      output.raw(portfolio(vault.address))
      output.key("apr")
      output.number("0.0")
      output.key("followerState")
      if let user, let state = vault.followers.first(where: { $0.user == user }) {
        output.follower(state, now: time)
      } else {
        output.null()
      }
      output.key("leaderFraction")
      output.number("0.0")
      output.key("leaderCommission")
      output.number("0.0")
      output.key("followers")
      output.array(of: vault.followers.prefix(100)) { $0.follower($1, now: time) }
      output.key("maxDistributable")
      output.number("0.0")
      output.key("maxWithdrawable")
      output.number("0.0")
      output.key("isClosed")
      output.flag(false)
      output.key("relationship")
      output.object { output in
        output.key("type")
        output.string("parent")
        output.key("data")
        output.object { output in
          output.key("childAddresses")
          output.array { $0.address(parameters.vault.liquidator) }
        }
      }
      output.key("allowDeposits")
      output.flag(true)
      output.key("alwaysCloseOnWithdraw")
      output.flag(false)
    }
  }

  private func portfolio(_ user: Address) -> [UInt8] {
    var output = JSONOutput()
    writePortfolio(&output, user)
    return output.bytes
  }
}

/// A vault's depositors and what they have in it.
struct VaultReading {
  struct Follower {
    var user: Address
    var equity: Money
    var profit: Money
    var lockedUntil: Int64
  }

  var address: Address
  var leader: Address
  var name: String
  var description: String
  var followers: [Follower]

  /// Nil for what is no vault.
  init?(_ vault: Address, _ service: InfoService) {
    let state = service.state
    guard vault == state.parameters.vault.address else { return nil }
    address = vault
    leader = vault
    name = "Hyperliquidity Provider (HLP)"
    description = "Provides liquidity, liquidates and gets a part of the fees."
    followers = state.shares.sortedKeys().compactMap { key in
      guard key.first == vault, let share = state.shares[key] else { return nil }
      let equity = state.shareValue(key.second)
      return Follower(
        user: key.second, equity: equity, profit: equity - share.basis, lockedUntil: share.lockedUntil)
    }
  }
}

extension JSONOutput {
  mutating func follower(_ follower: VaultReading.Follower, now: Int64) {
    object { output in
      output.key("user")
      output.address(follower.user)
      output.usd("vaultEquity", follower.equity)
      output.usd("pnl", follower.profit)
      output.usd("allTimePnl", follower.profit)
      output.key("daysFollowing")
      output.integer(0)
      output.key("vaultEntryTime")
      output.integer(follower.lockedUntil)
      output.key("lockupUntil")
      output.integer(follower.lockedUntil)
    }
  }
}
