import Canonical
import VenueKit

/// Why an order or a cancel inside an action failed. It travels in the receipt's data; the action itself succeeds.
public enum OrderError: UInt32, Sendable, CaseIterable {
  case tick = 200
  case minimumValue = 201
  case margin = 202
  case reduceOnly = 203
  case postOnlyWouldMatch = 204
  case noImmediateMatch = 205
  case triggerPrice = 206
  case noLiquidity = 207
  case openInterestCap = 208
  case positionTier = 209
  case missingOrder = 210
  case cloidInUse = 211
  case tooManyOrders = 212
  case modifyTarget = 213
  case modifyKind = 214
  case positionTooLarge = 215
  case spotBalance = 216
  case oraclePrice = 217

  /// The rule of Specs/Protocols/hyperliquid.md.
  public var rule: String {
    switch self {
    case .tick: "HL-2"
    case .minimumValue: "HL-4"
    case .margin: "HL-33"
    case .reduceOnly: "HL-13"
    case .postOnlyWouldMatch: "HL-11"
    case .noImmediateMatch, .noLiquidity: "HL-12"
    case .triggerPrice: "HL-21"
    case .openInterestCap: "HL-16"
    case .positionTier: "HL-32"
    case .missingOrder: "HL-17"
    case .cloidInUse: "HL-18"
    case .tooManyOrders: "HL-19"
    case .modifyTarget, .modifyKind: "HL-20"
    case .positionTooLarge: "HL-5"
    case .spotBalance: "HL-111"
    case .oraclePrice: "HL-57"
    }
  }

  /// The venue's sentence without its ` asset=N`; `bid` and `ask` are the decimals that `postOnlyWouldMatch` names.
  public func text(bid: @autoclosure () -> String = "", ask: @autoclosure () -> String = "") -> String {
    switch self {
    case .tick: "Price must be divisible by tick size."
    case .minimumValue: "Order must have minimum value of $10."
    case .margin: "Insufficient margin to place order."
    case .reduceOnly: "Reduce only order would increase position."
    case .postOnlyWouldMatch: "Post only order would have immediately matched, bbo was \(bid())@\(ask())."
    case .noImmediateMatch: "Order could not immediately match against any resting orders."
    case .triggerPrice: "Invalid TP/SL price."
    case .noLiquidity: "No liquidity available for market order."
    case .openInterestCap: "Order would increase open interest while open interest is capped"
    case .positionTier: "Order would cause position to exceed margin tier limit at current leverage"
    case .missingOrder: "Order was never placed, already canceled, or filled."
    case .cloidInUse: "Order with this cloid is already open."
    case .tooManyOrders: "Too many open orders."
    case .modifyTarget: "Cannot modify canceled or filled order"
    case .modifyKind: "Error placing new order during modify: order must be post only or not executable."
    case .positionTooLarge: "Order has invalid size."
    case .spotBalance: "Insufficient spot balance"
    case .oraclePrice: "Price too far from oracle"
    }
  }
}

/// Why a whole action is refused.
public enum HyperliquidRefusal: RoomRefusal {
  case kernel(KernelRefusal)
  case signerUnknown(Address)
  case mustDeposit(Address)
  case vaultUnknown(Address)
  case nonceDuplicate(UInt64)
  case nonceTooLow(UInt64, minimum: UInt64)
  case nonceOutsideWindow(UInt64, from: Int64, to: Int64)
  case expired(UInt64, now: Int64)
  case wrongNetwork
  case timeMismatch(UInt64, nonce: UInt64)
  case unsupported(String)
  case emptyBatch
  case batchTooLarge(Int, limit: Int)
  case assetUnknown(UInt32)
  case priceInvalid
  case sizeInvalid
  case sizeZero
  case priceTooFar(asset: UInt32)
  case valueTooLarge(maximum: Money)
  case triggerNotReduceOnly
  case triggerGrouping
  case account(AccountRefusal)
  case leverageInvalid(UInt32, maximum: Int64)
  case leverageSwitch
  case leverageMarginCross
  case leverageMarginIsolated
  case crossNotAllowed
  case notIsolated
  case positionEmpty
  case isolatedZero
  case isolatedIncrease(free: Money)
  case isolatedReduction(free: Money)
  case amountInvalid
  case destinationInvalid
  case withdrawalBalance(free: Money)
  case transferBalance(free: Money)
  case transferToSelf
  case scheduleTime(UInt64, earliest: Int64)
  case scheduleVolume(required: Money, traded: Money)
  case scheduleLimit(UInt32)
  case vaultDepositMinimum(Money)
  case vaultBroken(isDeposit: Bool)
  case vaultLocked(until: Int64)
  case vaultShares(equity: Money)
  case vaultLiquidity(free: Money)
  case agentName
  case agentExpired
  case agentUsed
  case agentLimit
  case agentSelf
  case oracleInvalid(asset: UInt32)
  case depositsFull
  case symbolUnknown(String)
  case nothingToDo

  public init(kernel: KernelRefusal) { self = .kernel(kernel) }

  public var code: UInt32 {
    if case .kernel(let refusal) = self { return refusal.code }
    return facts.code
  }
  public var name: String {
    if case .kernel(let refusal) = self { return refusal.name }
    return facts.name
  }
  public var rule: String {
    if case .kernel(let refusal) = self { return refusal.erased.rule }
    return facts.rule
  }
  public var text: String {
    if case .kernel(let refusal) = self { return refusal.text }
    return facts.text
  }
  public var largestPassing: String? { facts.largest }
  public var arguments: [RefusalArgument] { facts.arguments }
}

extension HyperliquidRefusal {
  struct Facts {
    var code: UInt32
    var name: String
    var rule: String
    var text: String
    var largest: String?
    var arguments: [RefusalArgument]

    init(
      _ code: UInt32, _ name: String, _ rule: String, _ text: String, largest: String? = nil,
      _ arguments: [RefusalArgument] = []
    ) {
      self.code = code
      self.name = name
      self.rule = rule
      self.text = text
      self.largest = largest
      self.arguments = arguments
    }
  }

  var facts: Facts {
    switch self {
    case .kernel(let refusal): Facts(refusal.code, refusal.name, refusal.erased.rule, refusal.text)
    case .signerUnknown(let signer):
      Facts(100, "signerUnknown", "HL-71", "User or API Wallet \(signer) does not exist.")
    case .mustDeposit(let user):
      Facts(101, "mustDeposit", "HL-71", "Must deposit before performing actions. User: \(user)")
    case .vaultUnknown(let vault): Facts(102, "vaultUnknown", "HL-72", "Vault not registered: \(vault)")
    case .nonceDuplicate(let nonce):
      Facts(103, "nonceDuplicate", "HL-73", "Invalid nonce: duplicate nonce \(nonce)")
    case .nonceTooLow(let nonce, let minimum):
      Facts(104, "nonceTooLow", "HL-73", "Invalid nonce: nonce too low \(nonce) < \(minimum)")
    case .nonceOutsideWindow(let nonce, let from, let to):
      Facts(
        105, "nonceOutsideWindow", "HL-73", "Invalid nonce: \(nonce) is not between \(from) and \(to)",
        largest: "\(to - 1)")
    case .expired(let time, let now):
      Facts(106, "expired", "HL-74", "Action already expired", [.init("expiresAfter", time), .init("now", now)])
    case .wrongNetwork: Facts(107, "wrongNetwork", "HL-75", "Action was signed for the other network")
    case .timeMismatch(let time, let nonce):
      Facts(108, "timeMismatch", "HL-75", "Signed time \(time) is not the nonce \(nonce)")
    case .unsupported(let type): Facts(109, "unsupported", "HL-99", "Action \(type) is not supported here")
    case .emptyBatch: Facts(110, "emptyBatch", "HL-6", "Empty batch of orders")
    case .batchTooLarge(let count, let limit):
      Facts(
        111, "batchTooLarge", "HL-6", "Batch too large", largest: "\(limit)", [.init("count", count)])
    case .assetUnknown(let asset): Facts(112, "assetUnknown", "HL-6", "Asset \(asset) does not exist")
    case .priceInvalid: Facts(113, "priceInvalid", "HL-2", "Order has invalid price.")
    case .sizeInvalid: Facts(114, "sizeInvalid", "HL-3", "Order has invalid size.")
    case .sizeZero: Facts(115, "sizeZero", "HL-3", "Order has zero size.")
    case .priceTooFar(let asset):
      Facts(
        116, "priceTooFar", "HL-7", "Order price cannot be more than 95% away from the reference price",
        [.init("asset", asset)])
    case .valueTooLarge(let maximum):
      Facts(
        117, "valueTooLarge", "HL-8", "Order value too large. Max is $\(maximum / 1_000_000).",
        largest: "\(maximum / 1_000_000)")
    case .triggerNotReduceOnly:
      Facts(118, "triggerNotReduceOnly", "HL-21", "TP/SL orders must be reduce only")
    case .triggerGrouping: Facts(119, "triggerGrouping", "HL-22", "Unexpected number of trigger orders")
    case .account(let refusal): refusal.facts
    default: moneyFacts
    }
  }

  private var moneyFacts: Facts {
    switch self {
    case .leverageInvalid(let leverage, let maximum):
      Facts(
        130, "leverageInvalid", "HL-34", "Invalid leverage value", largest: "\(maximum)",
        [.init("leverage", leverage)])
    case .leverageSwitch:
      Facts(131, "leverageSwitch", "HL-34", "Cannot switch leverage type with open position.")
    case .leverageMarginCross:
      Facts(
        132, "leverageMarginCross", "HL-34",
        "Cross position does not have sufficient margin available to decrease leverage. "
          + "To decrease leverage, deposit more collateral.")
    case .leverageMarginIsolated:
      Facts(
        133, "leverageMarginIsolated", "HL-34",
        "Isolated position does not have sufficient margin available to decrease leverage. "
          + "To decrease leverage, add margin to the position.")
    case .crossNotAllowed:
      Facts(134, "crossNotAllowed", "HL-34", "Cross margin is not allowed for this asset.")
    case .notIsolated: Facts(135, "notIsolated", "HL-35", "Position does not use isolated margin.")
    case .positionEmpty: Facts(136, "positionEmpty", "HL-35", "Cannot update margin for empty position.")
    case .isolatedZero: Facts(137, "isolatedZero", "HL-35", "Update to isolated margin cannot be zero.")
    case .isolatedIncrease(let free):
      Facts(
        138, "isolatedIncrease", "HL-35", "Account does not have sufficient margin available for increase.",
        largest: "\(free)")
    case .isolatedReduction(let free):
      Facts(
        139, "isolatedReduction", "HL-35", "Position does not have sufficient margin for reduction.",
        largest: "\(free)")
    case .amountInvalid: Facts(150, "amountInvalid", "HL-81", "Invalid amount")
    case .destinationInvalid: Facts(151, "destinationInvalid", "HL-81", "Invalid destination address")
    case .withdrawalBalance(let free):
      Facts(152, "withdrawalBalance", "HL-82", "Insufficient balance for withdrawal.", largest: "\(free)")
    case .transferBalance(let free):
      Facts(153, "transferBalance", "HL-81", "Insufficient balance for token transfer.", largest: "\(free)")
    case .transferToSelf: Facts(154, "transferToSelf", "HL-81", "Cannot send to self")
    case .depositsFull: Facts(155, "depositsFull", "HL-80", "Deposits exceed what this chain can hold")
    default: otherFacts
    }
  }

  private var otherFacts: Facts {
    switch self {
    case .scheduleTime(let time, let earliest):
      Facts(
        160, "scheduleTime", "HL-26", "Scheduled cancel time must be at least 5 seconds from now.",
        [.init("time", time), .init("earliest", earliest)])
    case .scheduleVolume(let required, let traded):
      Facts(
        161, "scheduleVolume", "HL-26",
        "Cannot set scheduled cancel time until enough volume traded. "
          + "Required: $\(required / 1_000_000). Traded: $\(traded / 1_000_000).")
    case .scheduleLimit(let limit):
      Facts(162, "scheduleLimit", "HL-26", "Scheduled cancel limit of the day reached.", largest: "\(limit)")
    case .vaultDepositMinimum(let minimum):
      Facts(170, "vaultDepositMinimum", "HL-91", "Vault transfer of less than $\(minimum / 1_000_000)")
    case .vaultBroken(let isDeposit):
      Facts(
        171, "vaultBroken", "HL-91",
        isDeposit ? "Cannot deposit into liquidatable vault." : "Cannot withdraw from liquidatable vault.")
    case .vaultLocked(let until):
      Facts(172, "vaultLocked", "HL-92", "Cannot withdraw with zero balance in vault.", [.init("until", until)])
    case .vaultShares(let equity):
      Facts(
        173, "vaultShares", "HL-92", "Cannot withdraw more than vault equity.", largest: "\(equity)")
    case .vaultLiquidity(let free):
      Facts(174, "vaultLiquidity", "HL-92", "Vault withdrawal over daily limit.", largest: "\(free)")
    case .agentName: Facts(180, "agentName", "HL-76", "Agent name is invalid.")
    case .agentExpired: Facts(181, "agentExpired", "HL-76", "Agent valid_until already expired.")
    case .agentUsed: Facts(182, "agentUsed", "HL-76", "Extra agent already used.")
    case .agentLimit:
      Facts(
        183, "agentLimit", "HL-76",
        "Too many extra agents for cumulative volume traded. Current limit is 3", largest: "3")
    case .agentSelf: Facts(184, "agentSelf", "HL-76", "Agent must not be an account.")
    case .oracleInvalid(let asset):
      Facts(190, "oracleInvalid", "HL-36", "Invalid oracle price", [.init("asset", asset)])
    case .symbolUnknown(let symbol): Facts(191, "symbolUnknown", "HL-6", "Market \(symbol) does not exist")
    case .nothingToDo: Facts(192, "nothingToDo", "HL-98", "There is nothing to do for this intent")
    default: preconditionFailure("every refusal has its facts")
    }
  }
}
