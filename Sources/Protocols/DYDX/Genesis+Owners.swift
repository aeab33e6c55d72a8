import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

/// An address that the chain knows from its first block on: its number, how many of its transactions were taken, and its
/// money. Rule DYDX-131.
public struct OwnerGenesis: Sendable {
  public var address: Address
  public var number: UInt64
  public var sequence: UInt64
  /// Quote quantums outside every account.
  public var bank: UInt64
  /// Quote quantums of the address's first account.
  public var account: UInt64

  static func read(_ root: GenesisObject) throws(GenesisError) -> [OwnerGenesis] {
    guard root.has("owners") else { return [] }
    var result: [OwnerGenesis] = []
    for entry in try root.objects("owners") {
      try entry.only(["address", "number", "sequence", "bank", "account"])
      guard let address = Bech32Owner.address(try entry.text("address")) else {
        throw GenesisError(entry.child("address"), "is no address of this chain")
      }
      let number = UInt64(try entry.integer("number", in: 0...Int64.max / 2))
      guard !result.contains(where: { $0.address == address || $0.number == number }) else {
        throw GenesisError(entry.child("number"), "the address or its number is taken")
      }
      result.append(
        OwnerGenesis(
          address: address, number: number,
          sequence: entry.has("sequence") ? UInt64(try entry.integer("sequence", in: 0...Int64.max / 2)) : 0,
          bank: entry.has("bank") ? try entry.dollars("bank") : 0,
          account: entry.has("account") ? try entry.dollars("account") : 0))
    }
    return result
  }

  /// Numbers given later lie above all of these.
  static func found(_ owners: [OwnerGenesis], in state: inout DYDXState) {
    for owner in owners {
      state.owners.set(owner.address, OwnerRecord(number: owner.number, sequence: owner.sequence))
      fund(&state, owner.bank, Purse.bank(owner.address))
      fund(&state, owner.account, Purse.pool(.cross))
      if owner.account > 0 {
        state.subaccounts.set(
          Subaccount(owner.address), AccountHoldings(quoteQuantums: Int256(owner.account)))
      }
    }
    if let last = owners.map(\.number).max() { state.set(.nextOwner, to: Int256(last + 1)) }
  }

  private static func fund(_ state: inout DYDXState, _ amount: UInt64, _ purse: LedgerAccount) {
    guard amount > 0 else { return }
    do throws(LedgerRefusal) {
      try state.ledger.deposit(Int128(amount), asset: Purse.dollar, to: purse)
    } catch {
      preconditionFailure("a ledger of 128 bits holds any few amounts of 64 bits")
    }
    state.add(Int256(amount), to: .deposits)
  }
}
