public import Canonical
import Ledger
import Quantities
import StateStore

// Rules DYDX-172 to DYDX-177: what the vaults do in every block.
extension DYDXState {
  /// Deactivated vaults without equity are forgotten.
  public mutating func beginVaultBlock() {
    for pair in vaults.sortedKeys() where vaults[pair]?.status == .deactivated {
      guard let equity = try? equity(of: VaultAddress.vault(pair)), equity <= 0 else { continue }
      vaults.remove(pair)
      vaultOwners.remove(VaultAddress.vault(pair).owner)
    }
  }

  /// Dollars sent to the vault's bank address join its main account, then every quoting vault refreshes its orders.
  public mutating func endVaultBlock(at time: MatchTime) {
    sweep(height: time.height)
    for pair in vaults.sortedKeys() {
      guard let vault = vaults[pair], vault.status == .quoting || vault.status == .closeOnly else { continue }
      let quoting = quoting(of: vault)
      let held = holdings(VaultAddress.vault(pair))
      if held.positions.isEmpty && held.quoteQuantums < quoting.activationThreshold { continue }
      refresh(vault, pair: pair, quoting, at: time)
    }
  }

  private mutating func sweep(height: UInt64) {
    let bank = Purse.bank(VaultAddress.mainOwner)
    let amount = Int256(ledger.balance(of: bank, asset: Purse.dollar))
    guard amount > 0,
      let outcome = try? checkUpdates(
        [SubaccountUpdate(VaultAddress.main, quoteDelta: amount)], type: .deposit, height: height),
      outcome.isSuccess, (try? move(amount, from: bank, to: Purse.pool(pool(of: holdings(VaultAddress.main))))) != nil
    else { return }
    // The update passed, moves no position and so cannot fail to be written.
    try? write(outcome)
  }

  /// The quotes of a vault now; what cannot be quoted quotes nothing.
  public func vaultQuotes(_ vault: VaultRecord, pair: UInt32) throws(MathematicsError) -> [VaultQuotes.Quote] {
    guard let clob = pairs[pair], clob.status != .finalSettlement else { return [] }
    guard let market = perpetuals[clob.perpetual].flatMap({ markets[$0.market] }) else {
      throw .refused(.vaultMarketNotFound)
    }
    let account = VaultAddress.vault(pair)
    let terms = try terms(clob.perpetual)
    let inventory = holdings(account).quantums(of: clob.perpetual)
    if vault.status == .closeOnly && inventory.isZero { return [] }
    return try VaultQuotes.quotes(
      VaultQuotes.Situation(
        inventory: inventory, equity: try equity(of: account), price: terms.price,
        atomicResolution: terms.atomicResolution, conversionExponent: Int(clob.conversionExponent),
        step: Int256(clob.step), subticksPerTick: Int256(UInt64(clob.subticksPerTick)),
        minimumPriceChangePpm: Int256(UInt64(market.minimumChangePpm)), isCloseOnly: vault.status == .closeOnly),
      quoting(of: vault).terms)
  }

  /// Places what is new, replaces what changed under the other client id, cancels what is no longer wanted.
  private mutating func refresh(
    _ vault: VaultRecord, pair: UInt32, _ quoting: QuotingParameters, at time: MatchTime
  ) {
    guard let quotes = try? vaultQuotes(vault, pair: pair) else { return }
    let account = VaultAddress.vault(pair)
    let seconds = UInt64(clamping: time.time / 1_000) + UInt64(quoting.expirationSeconds)
    var clientIDs: [UInt32] = []
    for (place, quote) in quotes.enumerated() {
      guard
        var order = Self.order(quote, account, pair: pair, goodTil: .time(UInt32(clamping: seconds)))
      else { continue }
      if place < vault.clientIDs.count {
        let old = OrderKey(account, clientID: vault.clientIDs[place], flags: OrderFlags.longTerm, pair: pair)
        if let standing = orders[old]?.order {
          if standing.quantums == order.quantums, standing.subticks == order.subticks, standing.isBuy == order.isBuy {
            clientIDs.append(old.clientID)
            continue
          }
          removeStateful(old, as: .cancelled)
        }
        order.key.clientID = old.clientID ^ 1
      }
      placeVaultOrder(order, at: time)
      clientIDs.append(order.key.clientID)
    }
    for place in clientIDs.count..<max(clientIDs.count, vault.clientIDs.count) {
      let key = OrderKey(account, clientID: vault.clientIDs[place], flags: OrderFlags.longTerm, pair: pair)
      if orders.contains(key) { removeStateful(key, as: .cancelled) }
    }
    vaults.update(pair) { $0.clientIDs = clientIDs }
  }

  /// The vault's own orders meet the rules of pair, tick, step and time, and no other.
  private mutating func placeVaultOrder(_ order: ClobOrder, at time: MatchTime) {
    guard endedOrders[order.key] == nil, orders[order.key] == nil, (try? checkOrder(order, at: time)) != nil else {
      return
    }
    place(order, height: time.height, isTriggered: true)
    note(order.key, on: .entered, at: 0)
  }

  /// Side and layer make the client id; its last bit tells versions apart.
  private static func order(
    _ quote: VaultQuotes.Quote, _ account: Subaccount, pair: UInt32, goodTil: GoodTil
  ) -> ClobOrder? {
    guard let quantums = UInt64(exactly: quote.quantums), let subticks = UInt64(exactly: quote.subticks) else {
      return nil
    }
    let side: UInt32 = quote.isBuy ? 1 : 2
    let clientID = (side - 1) << 31 | UInt32(truncatingIfNeeded: quote.layer) << 23
    return ClobOrder(
      key: OrderKey(account, clientID: clientID, flags: OrderFlags.longTerm, pair: pair), isBuy: quote.isBuy,
      quantums: quantums, subticks: subticks, goodTil: goodTil,
      timeInForce: quote.isPostOnly ? .postOnly : .goodTilTime)
  }

  /// Writes a vault, and knows its address from then on.
  public mutating func setVault(_ pair: UInt32, _ record: VaultRecord) {
    vaults.set(pair, record)
    vaultOwners.set(VaultAddress.vault(pair).owner, Whole(UInt64(pair)))
  }

  /// Whether an address is a vault's; such a user pays the fees of the best tier.
  public func isVault(_ address: Address) -> Bool { vaultOwners.contains(address) }
}
