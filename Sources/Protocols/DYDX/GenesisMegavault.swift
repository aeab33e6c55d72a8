import Ledger
import Quantities
import VenueKit

/// The megavault's beginning: how its vaults quote, which of them do, and how much of the whole each is kept at.
public struct MegavaultGenesis: Sendable, Equatable {
  public struct Vault: Sendable, Equatable {
    public var pair: UInt32
    public var status: VaultStatus
    /// Part of the megavault that its operator keeps this vault at, in parts per million; zero leaves it alone.
    public var targetPpm: UInt64
    public var quoting: QuotingParameters?
  }

  public var quoting: QuotingParameters?
  public var vaults: [Vault] = []
  /// Quote quantums that governance brings for the first shares.
  public var deposit: UInt64 = 0

  public init() {}

  init(_ entry: GenesisObject, markets: [DYDXGenesis.Market]) throws(GenesisError) {
    try entry.only(["quoting", "vaults", "deposit"])
    if entry.has("deposit") { deposit = try entry.dollars("deposit") }
    if entry.has("quoting") { quoting = try Self.quoting(try entry.object("quoting")) }
    guard entry.has("vaults") else { return }
    var targets: UInt64 = 0
    for (symbol, vault) in try entry.members("vaults") {
      try vault.only(["status", "targetPpm", "quoting"])
      guard let market = markets.first(where: { $0.symbol == symbol }) else {
        throw GenesisError(vault.path, "is no market")
      }
      let target = vault.has("targetPpm") ? UInt64(try vault.integer("targetPpm", in: 0...1_000_000)) : 0
      targets += target
      guard targets <= 1_000_000 else { throw GenesisError(vault.child("targetPpm"), "exceeds the whole") }
      vaults.append(
        Vault(
          pair: market.id, status: try Self.status(vault), targetPpm: target,
          quoting: vault.has("quoting") ? try Self.quoting(try vault.object("quoting")) : nil))
    }
  }

  private static func status(_ entry: GenesisObject) throws(GenesisError) -> VaultStatus {
    switch entry.has("status") ? try entry.text("status") : "QUOTING" {
    case "QUOTING": .quoting
    case "STAND_BY": .standBy
    case "CLOSE_ONLY": .closeOnly
    default: throw GenesisError(entry.child("status"), "must be QUOTING, STAND_BY or CLOSE_ONLY")
    }
  }

  /// The rules of the chain's own message, rule DYDX-117.
  private static func quoting(_ entry: GenesisObject) throws(GenesisError) -> QuotingParameters {
    try entry.only([
      "layers", "spreadMinPpm", "spreadBufferPpm", "skewFactorPpm", "orderSizePpm", "orderExpirationSeconds",
      "activationThreshold",
    ])
    let skew = Int256(try entry.integer("skewFactorPpm", in: 0...1_000_000_000))
    let size = Int256(try entry.integer("orderSizePpm", in: 1...1_000_000_000))
    guard let product = try? skew * size, product < QuotingParameters.skewLimit else {
      throw GenesisError(entry.child("skewFactorPpm"), "times the order size must stay below 2")
    }
    return QuotingParameters(
      terms: QuotingTerms(
        layers: Int(try entry.integer("layers", in: 0...255)),
        leastSpreadPpm: Int256(try entry.integer("spreadMinPpm", in: 1...1_000_000)),
        spreadBufferPpm: Int256(try entry.integer("spreadBufferPpm", in: 0...1_000_000)), skewFactorPpm: skew,
        orderSizePpm: size),
      expirationSeconds: UInt32(try entry.integer("orderExpirationSeconds", in: 1...8_208_000)),
      activationThreshold: Int256(try entry.dollars("activationThreshold")))
  }

  /// Writes the vaults into an empty state; the first dollars stand on the main account.
  func found(_ state: inout DYDXState) {
    if let quoting { state.defaultQuoting.set(0, quoting) }
    for vault in vaults {
      state.setVault(vault.pair, VaultRecord(status: vault.status, quoting: vault.quoting))
      if vault.targetPpm > 0 { state.vaultTargets.set(vault.pair, Whole(vault.targetPpm)) }
    }
    guard deposit > 0 else { return }
    do throws(LedgerRefusal) {
      try state.ledger.deposit(Int128(deposit), asset: Purse.dollar, to: Purse.pool(.cross))
    } catch {
      preconditionFailure("a ledger with one balance of 64 bits holds another")
    }
    state.subaccounts.set(VaultAddress.main, AccountHoldings(quoteQuantums: Int256(deposit)))
    state.vaultShares.set(DYDXState.authority, Amount(Int256(deposit)))
    state.set(.vaultShares, to: Int256(deposit))
    state.add(Int256(deposit), to: .deposits)
    state.add(Int256(deposit), to: .vaultDeposits)
  }
}
