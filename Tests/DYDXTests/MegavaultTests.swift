import Canonical
import Cryptography
import DYDX
import Quantities
import StateStore
import Testing

/// The vault's life on a state: deposits, allocation, quotes, withdrawals, locks.
@Suite struct MegavaultTests {
  private let alice = Subaccount(PrivateKey(ofName: "alice").publicKey.cosmosAddress)
  private let operatorAddress = PrivateKey(ofName: "operator").publicKey.cosmosAddress
  private static let pair: UInt32 = 1

  /// One ether market at 3,000 dollars; Alice has 10,000 dollars.
  private func state() throws -> DYDXState {
    var state = DYDXState(
      parameters: DYDXParameters(
        liquidation: ClientTransactionTests.liquidation,
        feeTiers: [
          FeeTier(name: "1", makerFeePpm: 100, takerFeePpm: 500),
          FeeTier(name: "9", volumeRequirement: 1_000_000, makerFeePpm: -110, takerFeePpm: 250),
        ]))
    state.markets.set(1, MarketRecord(pair: "ETH-USD", exponent: -6, minimumChangePpm: 1_000))
    state.prices.set(1, Whole(3_000_000_000))
    state.tiers.set(0, LiquidityTier(initialMarginPpm: 20_000, maintenanceFractionPpm: 600_000))
    state.perpetuals.set(1, PerpetualRecord(ticker: "ETH-USD", market: 1, atomicResolution: -9, tier: 0))
    state.infos.set(1, PerpetualInfo())
    state.pairs.set(
      Self.pair,
      ClobPairRecord(perpetual: 1, step: 1_000_000, subticksPerTick: 100_000, conversionExponent: -9))
    state.subaccounts.set(alice, AccountHoldings(quoteQuantums: 10_000_000_000))
    try state.ledger.deposit(10_000_000_000, asset: Purse.dollar, to: Purse.pool(.cross))
    state.vaultOperators.set(0, VaultOperator(address: operatorAddress, name: "operator"))
    return state
  }

  private func send(_ message: RoomMessage, to state: inout DYDXState, height: UInt64 = 5) throws {
    try message.validate()
    var attempt = state
    #expect(try attempt.executeVault(message, height: height))
    state = attempt
  }

  private func id(_ account: Subaccount) -> SubaccountID {
    SubaccountID(owner: Bech32Owner.text(account.owner), number: account.number)
  }

  private func deposit(_ amount: Int256) -> RoomMessage {
    var message = MegavaultDeposit()
    message.subaccount = id(alice)
    message.quoteQuantums = SerializableInteger.bytes(amount)
    return .depositToMegavault(message)
  }

  private func withdrawal(_ shares: Int256, least: Int256 = 0) -> RoomMessage {
    var message = MegavaultWithdrawal()
    message.subaccount = id(alice)
    message.shareCount.bytes = SerializableInteger.bytes(shares)
    message.leastQuoteQuantums = SerializableInteger.bytes(least)
    return .withdrawFromMegavault(message)
  }

  private func movement(_ amount: Int256, by authority: Address) -> VaultMovement {
    var message = VaultMovement()
    message.authority = Bech32Owner.text(authority)
    (message.vault.type, message.vault.number) = (1, Self.pair)
    message.quoteQuantums = SerializableInteger.bytes(amount)
    return message
  }

  private func status(_ status: VaultStatus, by authority: Address) -> RoomMessage {
    var message = SetVaultParameters()
    message.authority = Bech32Owner.text(authority)
    (message.vault.type, message.vault.number) = (1, Self.pair)
    message.parameters.status = UInt32(status.rawValue)
    return .setVaultParameters(message)
  }

  /// Deposited, allocated and quoting.
  private func quotingState() throws -> DYDXState {
    var state = try state()
    try send(deposit(5_000_000_000), to: &state)
    try send(.allocateToVault(movement(4_000_000_000, by: operatorAddress)), to: &state)
    try send(status(.quoting, by: operatorAddress), to: &state)
    return state
  }

  private func orders(_ state: DYDXState) -> [ClobOrder] {
    state.orders.sortedKeys().compactMap { state.orders[$0]?.order }
  }

  @Test("Shares follow deposits, dollars follow allocation, and every dollar stays in the pool")
  func funds() throws {
    let state = try quotingState()
    #expect(state.totalShares == 5_000_000_000)
    #expect(state.vaultShares[alice.owner]?.value == 5_000_000_000)
    #expect(try state.megavaultEquity() == 5_000_000_000)
    #expect(state.holdings(VaultAddress.main).quoteQuantums == 1_000_000_000)
    #expect(state.holdings(VaultAddress.vault(Self.pair)).quoteQuantums == 4_000_000_000)
    var sum: Int256 = 0
    for key in state.subaccounts.sortedKeys() { sum = sum &+ state.holdings(key).quoteQuantums }
    #expect(sum == Int256(state.ledger.balance(of: Purse.pool(.cross), asset: Purse.dollar)))
    #expect(state.isVault(VaultAddress.vault(Self.pair).owner) && !state.isVault(alice.owner))
    #expect(try state.feeTier(of: VaultAddress.vault(Self.pair).owner) == 1)
  }

  @Test("Nobody but the operator and the authority moves the vault's dollars or changes its state")
  func authority() throws {
    var state = try quotingState()
    for message in [
      RoomMessage.allocateToVault(movement(1, by: alice.owner)), .retrieveFromVault(movement(1, by: alice.owner)),
      status(.closeOnly, by: alice.owner),
    ] {
      #expect(throws: DYDXRefusal.chain(.vaultAuthority, Bech32Owner.text(alice.owner))) {
        try send(message, to: &state)
      }
    }
    try send(.retrieveFromVault(movement(1_000_000, by: DYDXState.authority)), to: &state)
    #expect(state.holdings(VaultAddress.main).quoteQuantums == 1_001_000_000)
    #expect(throws: DYDXRefusal.chain(.deactivatePositiveEquity, "equity of 3999000000")) {
      try send(status(.deactivated, by: operatorAddress), to: &state)
    }
  }

  @Test("A quoting vault refreshes its orders only when they change, under the other client id")
  func quotes() throws {
    var state = try quotingState()
    state.endVaultBlock(at: MatchTime(height: 6, time: 1_700_000_000_000))
    let first = orders(state)
    #expect(first.count == 4)
    for order in first {
      #expect(order.timeInForce == .postOnly)
      #expect(order.goodTilTime == 1_700_000_060)
    }
    let ids: Set<UInt32> = [0, 0x0080_0000, 0x8000_0000, 0x8080_0000]
    #expect(Set(first.map(\.key.clientID)) == ids)
    // A tenth of 4,000 dollars at 3,000 dollars, in steps of a thousandth.
    #expect(first.allSatisfy { $0.quantums == 133_000_000 })
    state.endVaultBlock(at: MatchTime(height: 7, time: 1_700_000_001_000))
    #expect(orders(state) == first)
    state.prices.set(1, Whole(3_100_000_000))
    state.endVaultBlock(at: MatchTime(height: 8, time: 1_700_000_002_000))
    let second = orders(state)
    #expect(second.count == 4)
    for order in second {
      #expect(order.key.clientID & 1 == 1)
      #expect(order.goodTilTime == 1_700_000_062)
    }
    #expect(first.allSatisfy { state.endedOrders[$0.key] != nil })
    try send(status(.standBy, by: operatorAddress), to: &state)
    state.endVaultBlock(at: MatchTime(height: 9, time: 1_700_000_003_000))
    #expect(orders(state) == second)
  }

  @Test("A vault below its threshold without a position is left alone, one with a position quotes")
  func threshold() throws {
    var state = try quotingState()
    try send(.retrieveFromVault(movement(3_500_000_000, by: operatorAddress)), to: &state)
    state.endVaultBlock(at: MatchTime(height: 6, time: 1_700_000_000_000))
    #expect(orders(state).isEmpty)
    let account = VaultAddress.vault(Self.pair)
    state.subaccounts.set(
      account,
      AccountHoldings(
        quoteQuantums: -2_500_000_000,
        positions: [PerpetualPosition(perpetual: 1, quantums: 1_000_000_000, fundingIndex: 0)]))
    try send(status(.closeOnly, by: operatorAddress), to: &state)
    state.endVaultBlock(at: MatchTime(height: 7, time: 1_700_000_001_000))
    #expect(orders(state).allSatisfy { !$0.isBuy && $0.timeInForce == .goodTilTime } && !orders(state).isEmpty)
  }

  @Test("Shares come back as dollars, locked ones only when their height has come")
  func withdrawals() throws {
    var state = try quotingState()
    try state.lockShares(4_500_000_000, of: alice.owner, until: 50)
    #expect(throws: DYDXRefusal.chain(.insufficientWithdrawableShares, "")) {
      try send(withdrawal(500_000_001), to: &state)
    }
    try send(withdrawal(500_000_000, least: 500_000_000), to: &state)
    #expect(state.holdings(alice).quoteQuantums == 5_500_000_000)
    #expect(throws: DYDXRefusal.chain(.insufficientRedeemed, "")) {
      var copy = state
      _ = try copy.unlockShares(of: alice.owner, height: 50)
      try send(withdrawal(1_000, least: 1_001), to: &copy)
    }
    #expect(try state.unlockShares(of: alice.owner, height: 49) == 0)
    #expect(try state.unlockShares(of: alice.owner, height: 50) == 4_500_000_000)
    try send(withdrawal(4_500_000_000), to: &state)
    #expect(state.totalShares == 0 && state.vaultShares[alice.owner] == nil)
    #expect(state.holdings(alice).quoteQuantums == 10_000_000_000)
    try send(status(.deactivated, by: operatorAddress), to: &state)
    state.beginVaultBlock()
    #expect(state.vaults.isEmpty && !state.isVault(VaultAddress.vault(Self.pair).owner))
  }

  @Test("Dollars sent to the vault's bank address join its main account")
  func sweep() throws {
    var state = try quotingState()
    try state.ledger.deposit(77, asset: Purse.dollar, to: Purse.bank(VaultAddress.mainOwner))
    state.endVaultBlock(at: MatchTime(height: 6, time: 1_700_000_000_000))
    #expect(state.holdings(VaultAddress.main).quoteQuantums == 1_000_000_077)
    #expect(state.ledger.balance(of: Purse.bank(VaultAddress.mainOwner), asset: Purse.dollar) == 0)
  }

  @Test("Terms out of range are refused by the chain's codes")
  func terms() throws {
    func refusal(_ change: (inout WireQuoting) -> Void) -> DYDXRefusal? {
      var message = UpdateDefaultQuoting()
      message.authority = Bech32Owner.text(operatorAddress)
      message.quoting.layers = 2
      (message.quoting.leastSpreadPpm, message.quoting.spreadBufferPpm) = (3_000, 1_500)
      (message.quoting.skewFactorPpm, message.quoting.orderSizePpm) = (2_000_000, 100_000)
      message.quoting.expirationSeconds = 60
      message.quoting.activationThreshold = SerializableInteger.bytes(1_000)
      change(&message.quoting)
      do throws(DYDXRefusal) {
        try RoomMessage.updateDefaultQuoting(message).validate()
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.layers = 256 }?.chainCode == .invalidLayers)
    #expect(refusal { $0.orderSizePpm = 0 }?.chainCode == .invalidOrderSizePct)
    #expect(refusal { $0.expirationSeconds = 0 }?.chainCode == .invalidOrderExpiration)
    #expect(refusal { $0.leastSpreadPpm = 0 }?.chainCode == .invalidSpreadMin)
    #expect(refusal { $0.skewFactorPpm = 20_000_000 }?.chainCode == .invalidSkewFactor)
    #expect(refusal { $0.activationThreshold = [3, 1] }?.chainCode == .invalidActivationThreshold)
  }

  @Test("The module accounts have the chain's own addresses")
  func addresses() {
    #expect(Bech32Owner.text(VaultAddress.mainOwner) == "dydx18tkxrnrkqc2t0lr3zxr5g6a4hdvqksylxqje4r")
    // The insurance fund, as the documentation prints it.
    let fund = VaultAddress.module("insurance_fund")
    #expect(Bech32Owner.text(fund) == "dydx1c7ptc87hkd54e3r7zjy92q29xkq7t79w64slrq")
  }

  @Test("Vaults, locks and operators come back from their bytes")
  func encoding() throws {
    let record = VaultRecord(status: .closeOnly, quoting: .standard, clientIDs: [1, 1 << 31])
    #expect(try VaultRecord(canonicalBytes: record.canonicalBytes) == record)
    let locks = ShareLocks([ShareLock(shares: 5, height: 7)])
    #expect(try ShareLocks(canonicalBytes: locks.canonicalBytes) == locks)
    let head = VaultOperator(address: alice.owner, name: "a", text: "b")
    #expect(try VaultOperator(canonicalBytes: head.canonicalBytes) == head)
    let nonces = NonceRecord(TimestampNonces(stored: [3, 2], greatestEjected: 1))
    #expect(try NonceRecord(canonicalBytes: nonces.canonicalBytes) == nonces)
    let way = AuthenticatorRecord(type: "AnyOf", configuration: [1])
    #expect(try AuthenticatorRecord(canonicalBytes: way.canonicalBytes) == way)
  }
}
