import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// A bridge deposit; a first one makes the account. Rule HL-80.
  mutating func deposit(
    _ amount: UInt64, to address: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard amount > 0 else { throw .amountInvalid }
    guard address != .zero else { throw .destinationInvalid }
    if let record = accounts[address], record.kind == .userVault || record.kind == .dex { throw .destinationInvalid }
    guard counter(.deposits) + Money(amount) <= HyperliquidParameters.depositsMaximum else { throw .depositsFull }
    let account = makeAccount(address)
    issue(Money(amount), to: crossPurse(account))
    flows.upsert(account, default: FlowRecord()) { $0.deposits += Money(amount) }
    add(Money(amount), to: .deposits)
    journal.events.emit(.deposit(account: address, amount: Money(amount)))
  }

  /// The amount that a person signed as text: a decimal of at most six places, above zero.
  static func amount(_ text: String) throws(HyperliquidRefusal) -> Money {
    let parsed: Money
    do throws(DecimalError) {
      parsed = try parseDecimal(text, scale: 6)
    } catch {
      throw .amountInvalid
    }
    guard parsed > 0, parsed <= HyperliquidParameters.depositsMaximum else { throw .amountInvalid }
    return parsed
  }

  private func checkSigned(_ transfer: UserTransfer, nonce: UInt64) throws(HyperliquidRefusal) {
    guard transfer.isMainnet == parameters.isMainnet else { throw .wrongNetwork }
    guard transfer.time == nonce else { throw .timeMismatch(transfer.time, nonce: nonce) }
  }

  /// Rule HL-81: perp USDC to another account. A new account costs its sender the activation fee.
  mutating func usdSend(
    _ transfer: UserTransfer, nonce: UInt64, from account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    try checkSigned(transfer, nonce: nonce)
    let amount = try Self.amount(transfer.amount)
    // A gift to a vault would move the price of its shares under the next depositor's feet.
    let destination = try receiver(transfer.destination, other: address(account))
    let fee = self.account(destination) == nil ? parameters.activationFee : 0
    let free = withdrawable(account)
    guard amount + fee <= free else { throw .transferBalance(free: max(0, free - fee)) }
    let receiver = makeAccount(destination)
    move(amount, from: crossPurse(account), to: crossPurse(receiver))
    move(fee, from: crossPurse(account), to: housePurse(Purpose.bridgeFees))
    touch(account)
    journal.events.emit(.transfer(from: address(account), to: destination, amount: amount))
  }

  /// Rule HL-82: the amount leaves the account, the fee stays, the rest goes to the bridge.
  mutating func withdraw(
    _ transfer: UserTransfer, nonce: UInt64, from account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    try checkSigned(transfer, nonce: nonce)
    let amount = try Self.amount(transfer.amount)
    guard let destination = Address(hex: transfer.destination), destination != .zero else {
      throw .destinationInvalid
    }
    guard amount > parameters.withdrawalFee else { throw .amountInvalid }
    let free = withdrawable(account)
    guard amount <= free else { throw .withdrawalBalance(free: free) }
    let paid = amount - parameters.withdrawalFee
    move(parameters.withdrawalFee, from: crossPurse(account), to: housePurse(Purpose.bridgeFees))
    retire(paid, from: crossPurse(account))
    flows.upsert(account, default: FlowRecord()) { $0.withdrawals += paid }
    add(paid, to: .withdrawals)
    touch(account)
    journal.events.emit(.withdrawal(account: destination, amount: paid, fee: parameters.withdrawalFee))
  }
}
