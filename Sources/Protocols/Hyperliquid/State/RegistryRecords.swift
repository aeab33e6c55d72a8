import Canonical

/// What an account has told or been granted; absent while there is nothing.
public struct ProfileRecord: CanonicalCodable, Equatable {
  public var displayName = ""
  /// Users who act for a multi-signature account, ascending; empty for every other account. Rule HL-79.
  public var signers: [Address] = []
  public var threshold: UInt32 = 0
  /// The account's own referral code.
  public var code = ""
  /// The code that the account was referred by, and whose it is.
  public var referredBy = ""
  public var referrer = Address.zero
  /// Rewards taken so far, and earned so far as a referrer and as a builder, in 10^-6 USDC.
  public var claimed: Money = 0
  public var referralRewards: Money = 0
  public var builderRewards: Money = 0
  /// Staked HYPE in 10^-8.
  public var stake: UInt64 = 0
  /// Firings of scheduled cancels on `firingDay`.
  public var firingDay: Int64 = 0
  public var firings: UInt32 = 0
  /// Finished TWAPs ever: where the next one goes in the ring.
  public var finishedTwaps: UInt64 = 0
  public var usesBigBlocks = false

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(displayName)
    encoder.encode(UInt32(signers.count))
    for signer in signers { encoder.encode(signer) }
    encoder.encode(threshold)
    encoder.encode(code)
    encoder.encode(referredBy)
    encoder.encode(referrer)
    encoder.encode(claimed)
    encoder.encode(referralRewards)
    encoder.encode(builderRewards)
    encoder.encode(stake)
    encoder.encode(firingDay)
    encoder.encode(firings)
    encoder.encode(finishedTwaps)
    encoder.encode(usesBigBlocks)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    displayName = try decoder.decodeText()
    let count = try decoder.decodeCount(minimumSize: 20)
    for _ in 0..<count { signers.append(try decoder.decodeAddress()) }
    threshold = try decoder.decodeInteger()
    code = try decoder.decodeText()
    referredBy = try decoder.decodeText()
    referrer = try decoder.decodeAddress()
    claimed = try decoder.decodeInteger()
    referralRewards = try decoder.decodeInteger()
    builderRewards = try decoder.decodeInteger()
    stake = try decoder.decodeInteger()
    firingDay = try decoder.decodeInteger()
    firings = try decoder.decodeInteger()
    finishedTwaps = try decoder.decodeInteger()
    usesBigBlocks = try decoder.decodeFlag()
  }
}

/// A sub-account of a master.
public struct SubAccountRecord: CanonicalCodable, Equatable {
  public var address: Address
  public var name: String

  public init(address: Address, name: String) {
    self.address = address
    self.name = name
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(address)
    encoder.encode(name)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    address = try decoder.decodeAddress()
    name = try decoder.decodeText()
  }
}

/// A user's vault; its money and positions are those of its account.
public struct VaultRecord: CanonicalCodable, Equatable {
  public var leader: Address
  public var name: String
  public var description: String
  public var allowsDeposits = true
  public var closesOnWithdrawal = false
  public var isClosed = false
  public var shares: Int128 = 0
  /// Unix ms.
  public var created: Int64
  /// Deposits less withdrawals, in 10^-6 USDC.
  public var netDeposits: Money = 0

  public init(leader: Address, name: String, description: String, created: Int64) {
    self.leader = leader
    self.name = name
    self.description = description
    self.created = created
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(leader)
    encoder.encode(name)
    encoder.encode(description)
    encoder.encode(allowsDeposits)
    encoder.encode(closesOnWithdrawal)
    encoder.encode(isClosed)
    encoder.encode(shares)
    encoder.encode(created)
    encoder.encode(netDeposits)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    leader = try decoder.decodeAddress()
    name = try decoder.decodeText()
    description = try decoder.decodeText()
    allowsDeposits = try decoder.decodeFlag()
    closesOnWithdrawal = try decoder.decodeFlag()
    isClosed = try decoder.decodeFlag()
    shares = try decoder.decodeInteger()
    created = try decoder.decodeInteger()
    netDeposits = try decoder.decodeInteger()
  }
}

/// What an order pays to its builder.
public struct BuilderRecord: CanonicalCodable, Equatable {
  public var builder: Address
  /// Tenths of a basis point.
  public var fee: UInt64

  public init(builder: Address, fee: UInt64) {
    self.builder = builder
    self.fee = fee
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(builder)
    encoder.encode(fee)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    builder = try decoder.decodeAddress()
    fee = try decoder.decodeInteger()
  }
}

/// Requests that an account has sent. Rule HL-77.
public struct UsageRecord: CanonicalCodable, Equatable {
  public var used: UInt64 = 0
  /// Bought by reserveRequestWeight.
  public var reserved: UInt64 = 0
  /// Unix ms of the last request that was let through beyond the cap.
  public var lastTime: Int64 = 0

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(used)
    encoder.encode(reserved)
    encoder.encode(lastTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    used = try decoder.decodeInteger()
    reserved = try decoder.decodeInteger()
    lastTime = try decoder.decodeInteger()
  }
}

/// What changes of a builder dex.
public struct DexRecord: CanonicalCodable, Equatable {
  /// Millionths; what the deployer adds to fees. Rule HL-57.
  public var feeScale: Int64
  public var feeRecipient: Address
  /// Unix ms of the last setOracle and of the last change of the fee scale.
  public var oracleTime: Int64 = 0
  public var scaleTime: Int64 = 0

  public init(feeScale: Int64, feeRecipient: Address) {
    self.feeScale = feeScale
    self.feeRecipient = feeRecipient
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(feeScale)
    encoder.encode(feeRecipient)
    encoder.encode(oracleTime)
    encoder.encode(scaleTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    feeScale = try decoder.decodeInteger()
    feeRecipient = try decoder.decodeAddress()
    oracleTime = try decoder.decodeInteger()
    scaleTime = try decoder.decodeInteger()
  }
}

/// What changes of a builder dex's market.
public struct DexMarketRecord: CanonicalCodable, Equatable {
  public var isHalted = false
  /// Greatest notional of all longs in 10^-6 USDC; zero is none.
  public var openInterestMaximum: Money = 0
  /// The mark at the start of the day, in ticks: prices stay within ten times of it.
  public var dayStart: Ticks = 0
  public var day: Int64 = 0

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(isHalted)
    encoder.encode(openInterestMaximum)
    encoder.encode(dayStart)
    encoder.encode(day)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    isHalted = try decoder.decodeFlag()
    openInterestMaximum = try decoder.decodeInteger()
    dayStart = try decoder.decodeInteger()
    day = try decoder.decodeInteger()
  }
}

/// An order that is worked off in slices. Rule HL-25.
public struct TwapRecord: CanonicalCodable, Equatable {
  public enum Status: UInt8, Sendable {
    case running = 0
    /// Waits for its trigger price.
    case waiting = 1
    case finished = 2
    case terminated = 3
    case stopped = 4
  }

  public var id: UInt64
  public var account: AccountID
  public var asset: AssetID
  public var isBuy: Bool
  public var reduceOnly: Bool
  public var isRandomized: Bool
  public var status = Status.running
  public var size: Lots
  public var executed: Lots = 0
  /// Value executed: 10^-6 USDC, for spot 10^-8.
  public var executedValue: Money = 0
  public var minutes: UInt64
  /// Unix ms of placing, of the first slice (zero while waiting), of the next one, and of the last change of status.
  public var time: Int64
  public var start: Int64
  public var next: Int64
  public var statusTime: Int64
  /// Milliseconds between slices.
  public var interval: Int64
  public var slices: UInt32 = 0
  /// Ticks; zero is none.
  public var trigger: Ticks = 0
  public var isAbove = false
  public var stop: Ticks = 0

  public init(
    id: UInt64, account: AccountID, asset: AssetID, isBuy: Bool, reduceOnly: Bool, isRandomized: Bool, size: Lots,
    minutes: UInt64, time: Int64, interval: Int64
  ) {
    self.id = id
    self.account = account
    self.asset = asset
    self.isBuy = isBuy
    self.reduceOnly = reduceOnly
    self.isRandomized = isRandomized
    self.size = size
    self.minutes = minutes
    self.time = time
    start = time
    next = time
    statusTime = time
    self.interval = interval
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(id)
    encoder.encode(account)
    encoder.encode(asset)
    encoder.encode(isBuy)
    encoder.encode(reduceOnly)
    encoder.encode(isRandomized)
    encoder.encode(tag: status.rawValue)
    encoder.encode(size)
    encoder.encode(executed)
    encoder.encode(executedValue)
    encoder.encode(minutes)
    for time in [time, start, next, statusTime, interval] { encoder.encode(time) }
    encoder.encode(slices)
    encoder.encode(trigger)
    encoder.encode(isAbove)
    encoder.encode(stop)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    id = try decoder.decodeInteger()
    account = try decoder.decodeInteger()
    asset = try decoder.decodeInteger()
    isBuy = try decoder.decodeFlag()
    reduceOnly = try decoder.decodeFlag()
    isRandomized = try decoder.decodeFlag()
    let tag = try decoder.decodeTag()
    guard let status = Status(rawValue: tag) else { throw .unknownTag(tag) }
    self.status = status
    size = try decoder.decodeInteger()
    executed = try decoder.decodeInteger()
    executedValue = try decoder.decodeInteger()
    minutes = try decoder.decodeInteger()
    time = try decoder.decodeInteger()
    start = try decoder.decodeInteger()
    next = try decoder.decodeInteger()
    statusTime = try decoder.decodeInteger()
    interval = try decoder.decodeInteger()
    slices = try decoder.decodeInteger()
    trigger = try decoder.decodeInteger()
    isAbove = try decoder.decodeFlag()
    stop = try decoder.decodeInteger()
  }
}
