import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

/// One side of a trade.
struct TradeSide {
  var account: AccountID
  /// Lots with their sign: positive buys.
  var lots: Lots
  /// Paid when positive, received when negative.
  var fee: Money
  /// Paid to a builder on top.
  var builder: BuilderRecord?
  var builderFee: Money = 0
}

extension HyperliquidState {
  /// Books a trade that was checked: settles funding, moves the price, fees and isolated margin, changes positions.
  /// `lots` are bought by `buyer` from `seller`. Rules HL-37, HL-38, HL-53.
  mutating func settle(_ asset: AssetID, at price: Ticks, buyer: TradeSide, seller: TradeSide) {
    let buyerIndex = marketIndex(buyer.account, asset)
    let sellerIndex = marketIndex(seller.account, asset)
    settleFunding(buyer.account, buyerIndex)
    settleFunding(seller.account, sellerIndex)
    // The markets first: as arguments of the call they would make the compiler copy the state for it.
    let buyerMarket = derived.accounts[Int(buyer.account)].markets[buyerIndex]
    let sellerMarket = derived.accounts[Int(seller.account)].markets[sellerIndex]
    let buyerPurse = purse(buyer.account, buyerMarket)
    let sellerPurse = purse(seller.account, sellerMarket)
    let buyerIsolated = beginIsolated(buyer, buyerIndex, at: price)
    let sellerIsolated = beginIsolated(seller, sellerIndex, at: price)
    move(money(buyer.lots, at: price), from: buyerPurse, to: sellerPurse)
    chargeFees(asset, buyer, buyerPurse, seller, sellerPurse)
    if buyer.builderFee > 0 || seller.builderFee > 0 {
      payBuilder(buyer, buyerPurse)
      payBuilder(seller, sellerPurse)
    }
    changePosition(buyer.account, buyerIndex, by: buyer.lots, at: price)
    changePosition(seller.account, sellerIndex, by: seller.lots, at: price)
    if let buyerIsolated { endIsolated(buyer.account, buyerIndex, buyerIsolated, at: price) }
    if let sellerIsolated { endIsolated(seller.account, sellerIndex, sellerIsolated, at: price) }
  }

  /// Pays what the position owes in funding since it last settled, or takes what it is owed.
  mutating func settleFunding(_ account: AccountID, _ index: Int) {
    let market = derived.accounts[Int(account)].markets[index]
    let now = derived.fundingIndexes[Int(market.asset)]
    if market.size == 0 || market.fundingIndex == now { return }
    let due = pendingFunding(market)
    move(due, from: purse(account, market), to: housePurse(Purpose.funding))
    if due > 0 { add(due, to: .fundingPaid) }
    positions.update(Pair(account, market.asset)) { $0.fundingIndex = now }
    derived.accounts[Int(account)].markets[index].fundingIndex = now
  }

  private mutating func payBuilder(_ side: TradeSide, _ purse: LedgerAccount) {
    guard let record = side.builder, side.builderFee > 0 else { return }
    move(side.builderFee, from: purse, to: LedgerAccount(record.builder, Purpose.rewards))
    creditBuilder(record.builder, side.builderFee)
  }

  mutating func creditBuilder(_ builder: Address, _ amount: Money) {
    guard let account = account(builder) else { return }
    changeProfile(account) { $0.builderRewards += amount }
  }

  /// A referrer's part of a fee: no more than `left`, which is what the house kept of the fill. Rule HL-55.
  private mutating func payReferrer(_ account: AccountID, _ fee: Money, _ left: inout Money) {
    guard fee > 0, let profile = profiles[account], let referrer = self.account(profile.referrer),
      tradedVolume(account) < parameters.rewards.referrerVolume
    else { return }
    let part = min(left, divide(fee * Money(parameters.rewards.referrerShare), by: 1_000_000, .floor))
    if part <= 0 { return }
    left -= part
    move(part, from: housePurse(Purpose.fees), to: LedgerAccount(profile.referrer, Purpose.rewards))
    changeProfile(referrer) { $0.referralRewards += part }
  }

  /// Both fees, the payer's before the receiver's; HLP, a builder's dex and referrers get their shares of what remains.
  /// Rules HL-54, HL-55, HL-57.
  private mutating func chargeFees(
    _ asset: AssetID, _ buyer: TradeSide, _ firstPurse: LedgerAccount, _ seller: TradeSide,
    _ secondPurse: LedgerAccount
  ) {
    let first = buyer.fee
    let second = seller.fee
    let total = first + second
    let house = housePurse(Purpose.fees)
    if first > 0 { move(first, from: firstPurse, to: house) }
    if second != 0 { move(second, from: secondPurse, to: house) }
    if first < 0 { move(first, from: firstPurse, to: house) }
    if total <= 0 { return }
    var left = total
    if asset >= parameters.perpetuals { left -= payDeployer(asset, total) }
    // Without depositors there is nobody to share with.
    if parameters.feeShareOfVault != 0 && totalShares != 0 {
      let share = divide(left * Money(parameters.feeShareOfVault), by: 1_000_000, .floor)
      if share > 0, let vault = account(parameters.vault.address) {
        move(share, from: house, to: crossPurse(vault))
        left -= share
      }
    }
    if derived.accounts[Int(buyer.account)].isReferred { payReferrer(buyer.account, first, &left) }
    if derived.accounts[Int(seller.account)].isReferred { payReferrer(seller.account, second, &left) }
  }

  private mutating func changePosition(_ account: AccountID, _ index: Int, by lots: Lots, at price: Ticks) {
    let market = derived.accounts[Int(account)].markets[index]
    let asset = market.asset
    let key = Pair(account, asset)
    let before = market.size
    let after = before + lots
    let funding = derived.fundingIndexes[Int(asset)]
    if before == 0 {
      positions.set(key, PositionRecord(size: after, cost: money(lots, at: price), fundingIndex: funding))
      addHolder(account, asset)
    } else if after == 0 {
      positions.remove(key)
      removeHolder(account, asset)
    } else if (after > 0) != (before > 0) {
      positions.set(key, PositionRecord(size: after, cost: money(after, at: price), fundingIndex: funding))
    } else {
      positions.update(key) { position in
        position.size = after
        if (lots > 0) == (before > 0) {
          position.cost += money(lots, at: price)
        } else {
          // What leaves is rounded toward zero; the last lot takes the rest with it.
          position.cost -= scale(position.cost, Int128(abs(lots)), by: Int128(abs(before)), .truncation)
        }
      }
    }
    derived.accounts[Int(account)].markets[index].size = after
    derived.accounts[Int(account)].markets[index].fundingIndex = after == 0 ? 0 : funding
    derived.openInterest[Int(asset)] += Int128(max(after, 0) - max(before, 0))
    touch(account)
  }

  // MARK: Isolated margin

  /// What an isolated side remembers from before the trade.
  struct IsolatedTrade {
    var sizeBefore: Lots
  }

  /// Brings the margin of the lots that open into the position, before the trade is booked. A flip closes first: its
  /// margin comes afterwards.
  private mutating func beginIsolated(_ side: TradeSide, _ index: Int, at price: Ticks) -> IsolatedTrade? {
    let market = derived.accounts[Int(side.account)].markets[index]
    if market.isCross { return nil }
    if market.size == 0 || (market.size > 0) == (side.lots > 0) {
      let margin = divide(money(abs(side.lots), at: price), by: Money(market.leverage), .ceiling)
      move(margin, from: crossPurse(side.account), to: purse(side.account, market))
    }
    return IsolatedTrade(sizeBefore: market.size)
  }

  /// Releases the closed part of the position's value at the trade's price; after a flip, all of it, and then the margin
  /// of the new position comes in. Rule HL-38.
  private mutating func endIsolated(
    _ account: AccountID, _ index: Int, _ trade: IsolatedTrade, at price: Ticks
  ) {
    let market = derived.accounts[Int(account)].markets[index]
    let own = purse(account, market)
    let before = trade.sizeBefore
    if before == 0 || abs(market.size) > abs(before) && (market.size > 0) == (before > 0) { return }
    if market.size == 0 {
      move(balance(own), from: own, to: crossPurse(account))
    } else if (market.size > 0) == (before > 0) {
      let equity = balance(own) + money(market.size, at: price)
      let closed = abs(before) - abs(market.size)
      if equity > 0 {
        let released = scale(equity, Int128(closed), by: Int128(abs(before)), .floor)
        move(released, from: own, to: crossPurse(account))
      }
    } else {
      let margin = divide(money(abs(market.size), at: price), by: Money(market.leverage), .ceiling)
      let target = margin - money(market.size, at: price)
      move(balance(own) - target, from: own, to: crossPurse(account))
    }
  }
}
