import Canonical

/// The scale on which venues are compared: money in USD, prices in USD a unit, sizes in units of the base asset and
/// rates as fractions, each an integer of 10^-12.
public enum CommonScale {
  public static let decimals = 12
  public static let one: Int128 = 1_000_000_000_000
}

/// Value standing on one side of a market within a distance of its mid price, in USD.
public struct DepthView: Sendable, Equatable {
  public var basisPoints: Int
  public var bidValue: Int128
  public var askValue: Int128

  public init(basisPoints: Int, bidValue: Int128, askValue: Int128) {
    self.basisPoints = basisPoints
    self.bidValue = bidValue
    self.askValue = askValue
  }
}

/// A market as every venue can tell it. All figures are in `CommonScale`.
public struct MarketView: Sendable, Equatable {
  public var symbol: String
  public var mark: Int128
  public var index: Int128
  public var bestBid: Int128?
  public var bestAsk: Int128?
  /// Sizes in base units; equal to each other on a book, not on a pool.
  public var openInterestLong: Int128
  public var openInterestShort: Int128
  /// What longs pay for an hour, as a fraction of the position's value; negative when shorts pay.
  public var fundingRateHourly: Int128
  /// At 10, 50 and 100 basis points.
  public var depth: [DepthView]
  /// Smallest price step and size step.
  public var tick: Int128
  public var lot: Int128
  public var leverageMaximum: Int

  public init(
    symbol: String, mark: Int128, index: Int128, bestBid: Int128? = nil, bestAsk: Int128? = nil,
    openInterestLong: Int128, openInterestShort: Int128, fundingRateHourly: Int128, depth: [DepthView], tick: Int128,
    lot: Int128, leverageMaximum: Int
  ) {
    self.symbol = symbol
    self.mark = mark
    self.index = index
    self.bestBid = bestBid
    self.bestAsk = bestAsk
    self.openInterestLong = openInterestLong
    self.openInterestShort = openInterestShort
    self.fundingRateHourly = fundingRateHourly
    self.depth = depth
    self.tick = tick
    self.lot = lot
    self.leverageMaximum = leverageMaximum
  }
}

/// What it would cost to take a position of a given value now, in USD of `CommonScale`.
public struct TradeCost: Sendable, Equatable {
  /// The value asked for.
  public var value: Int128
  /// What the position costs beyond its value at the index price, by price impact or by walking the book: positive is
  /// a cost, negative a rebate.
  public var impact: Int128
  /// Fees of opening.
  public var fee: Int128

  public init(value: Int128, impact: Int128, fee: Int128) {
    self.value = value
    self.impact = impact
    self.fee = fee
  }
}

/// A pool of providers' money: HLP, a GM market, MegaVault.
public struct PoolView: Sendable, Equatable {
  public var name: String
  public var value: Int128
  public var shares: Int128
  /// Value of one share; one at the first deposit.
  public var sharePrice: Int128
  /// Deposits less withdrawals, all time.
  public var netDeposits: Int128
  /// The one market that the pool stands behind; nil when it is all of them.
  public var symbol: String?

  public init(
    name: String, value: Int128, shares: Int128, sharePrice: Int128, netDeposits: Int128, symbol: String? = nil
  ) {
    self.name = name
    self.value = value
    self.shares = shares
    self.sharePrice = sharePrice
    self.netDeposits = netDeposits
    self.symbol = symbol
  }
}

/// Who bears a loss, from the first in line to the last.
public enum LossBearer: String, Sendable, CaseIterable {
  /// What traders lost on positions that were liquidated, from entry to the price at which they left.
  case liquidatedTraders
  /// Loss (positive) or gain (negative) of the providers' pool from positions it took over.
  case liquidityProviders
  case insurance
  /// Profit that winners gave up because their positions were closed at a worse price than the mark.
  case deleveragedTraders
  /// Losses spread over all by a haircut or clawback.
  case socialised
  /// Owed and paid by nobody.
  case unpaid
}

public struct LossLine: Sendable, Equatable {
  public var bearer: LossBearer
  /// USD, positive is a loss.
  public var amount: Int128

  public init(_ bearer: LossBearer, _ amount: Int128) {
    self.bearer = bearer
    self.amount = amount
  }
}

/// Whose the money of a balance line is.
public enum BalanceHolder: Sendable, Equatable {
  /// The equity of people's accounts: the sum of what `AccountView.equity` tells of each.
  case people
  /// The providers' pools; what `AccountView.provided` tells is people's part of it.
  case pools
  /// The venue's own: fees, insurance, what is owed, residues.
  case venue
}

/// A named part of all the money on a venue. The lines of a summary add up to deposits less withdrawals.
public struct BalanceLine: Sendable, Equatable {
  public var name: String
  public var amount: Int128
  public var holder: BalanceHolder

  public init(_ name: String, _ amount: Int128, of holder: BalanceHolder = .venue) {
    self.name = name
    self.amount = amount
    self.holder = holder
  }
}

/// The venue on one page.
public struct VenueSummary: Sendable, Equatable {
  public var markets: [MarketView]
  public var pools: [PoolView]
  /// The loss waterfall since genesis.
  public var losses: [LossLine]
  /// Where all money stands, valued at mark: accounts, pools, fees, residues. Sums to `deposits - withdrawals`.
  public var balances: [BalanceLine]
  public var deposits: Int128
  public var withdrawals: Int128
  public var insurance: Int128
  public var fees: Int128
  /// What payers of funding paid since genesis, gross: received funding is not taken off.
  public var fundingPaid: Int128
  /// What traders paid for borrowing from a pool since genesis; nothing on a book.
  public var borrowingPaid: Int128
  /// Accounts that hold what the venue began with, such as a pool's first liquidity.
  public var founders: [Address]
  public var accounts: Int
  public var openOrders: Int
  public var liquidations: Int
  public var deleveragings: Int

  public init(
    markets: [MarketView], pools: [PoolView], losses: [LossLine], balances: [BalanceLine], deposits: Int128,
    withdrawals: Int128, insurance: Int128, fees: Int128, fundingPaid: Int128 = 0, borrowingPaid: Int128 = 0,
    founders: [Address] = [], accounts: Int, openOrders: Int, liquidations: Int, deleveragings: Int
  ) {
    self.markets = markets
    self.pools = pools
    self.losses = losses
    self.balances = balances
    self.deposits = deposits
    self.withdrawals = withdrawals
    self.insurance = insurance
    self.fees = fees
    self.fundingPaid = fundingPaid
    self.borrowingPaid = borrowingPaid
    self.founders = founders
    self.accounts = accounts
    self.openOrders = openOrders
    self.liquidations = liquidations
    self.deleveragings = deleveragings
  }
}

public struct PositionView: Sendable, Equatable {
  public var symbol: String
  /// Base units, negative for a short.
  public var size: Int128
  public var entryPrice: Int128
  public var unrealizedProfit: Int128
  /// Mark price at which the position is liquidated, if any.
  public var liquidationPrice: Int128?

  public init(
    symbol: String, size: Int128, entryPrice: Int128, unrealizedProfit: Int128, liquidationPrice: Int128?
  ) {
    self.symbol = symbol
    self.size = size
    self.entryPrice = entryPrice
    self.unrealizedProfit = unrealizedProfit
    self.liquidationPrice = liquidationPrice
  }
}

/// An account as every venue can tell it.
public struct AccountView: Sendable, Equatable {
  public var address: Address
  public var deposits: Int128
  public var withdrawals: Int128
  /// Value at mark, provider's shares not included.
  public var equity: Int128
  /// Value of the account's shares in pools.
  public var provided: Int128
  public var initialMargin: Int128
  public var maintenanceMargin: Int128
  /// What may be withdrawn now.
  public var withdrawable: Int128
  public var positions: [PositionView]
  public var openOrders: Int

  public init(
    address: Address, deposits: Int128, withdrawals: Int128, equity: Int128, provided: Int128, initialMargin: Int128,
    maintenanceMargin: Int128, withdrawable: Int128, positions: [PositionView], openOrders: Int
  ) {
    self.address = address
    self.deposits = deposits
    self.withdrawals = withdrawals
    self.equity = equity
    self.provided = provided
    self.initialMargin = initialMargin
    self.maintenanceMargin = maintenanceMargin
    self.withdrawable = withdrawable
    self.positions = positions
    self.openOrders = openOrders
  }
}
