import Canonical

/// A wire decimal: a price, size or amount times 10^8, as the venue's strings carry at most eight decimals.
public typealias WireDecimal = Int64

/// Everything that this room can be asked, typed. The wire forms (MessagePack as hashed, JSON as posted) are in `Wire/`.
/// Indirect, because an action is handed on again and again on its way through a block: each copy is then one retain.
public indirect enum HyperliquidAction: Sendable, Equatable {
  // L1 actions.
  case order(OrderAction)
  case cancel([CancelRequest])
  case cancelByCloid([CancelByCloidRequest])
  case modify(ModifyRequest)
  case batchModify([ModifyRequest])
  /// Cancel everything at a time (Unix ms); nil clears.
  case scheduleCancel(time: UInt64?)
  case updateLeverage(asset: UInt32, isCross: Bool, leverage: UInt32)
  /// `amount` in 10^-6 USDC, negative removes margin.
  case updateIsolatedMargin(asset: UInt32, isBuy: Bool, amount: Int64)
  /// `amount` in 10^-6 USDC.
  case vaultTransfer(vault: Address, isDeposit: Bool, amount: UInt64)
  case noop
  case twapOrder(TwapRequest)
  case twapCancel(asset: UInt32, id: UInt64)
  case account(AccountAction)
  case perpDeploy(PerpDeployment)
  // User-signed actions. Amounts keep their text, since the text is what was signed.
  case usdSend(UserTransfer)
  case withdraw(UserTransfer)
  case approveAgent(AgentApproval)
  case signed(SignedAction, SignedTerms)
  /// Rule HL-79.
  case multiSig(MultiSigEnvelope)
  /// A well-formed action of the real venue that this room does not carry out; names its type.
  case unsupported(type: String)
  // Proposer's data.
  case proposer(ProposerAction)
}

public struct OrderAction: Sendable, Equatable {
  public var orders: [OrderRequest]
  public var grouping: OrderGrouping
  public var builder: BuilderFee?

  public init(orders: [OrderRequest], grouping: OrderGrouping = .none, builder: BuilderFee? = nil) {
    self.orders = orders
    self.grouping = grouping
    self.builder = builder
  }
}

public enum OrderGrouping: Sendable, Equatable {
  case none
  case normalTpsl
  case positionTpsl
  /// Priority fee rate in 10^-8.
  case priority(UInt64)
}

public struct BuilderFee: Sendable, Equatable {
  public var builder: Address
  /// Tenths of a basis point.
  public var fee: UInt64

  public init(builder: Address, fee: UInt64) {
    self.builder = builder
    self.fee = fee
  }
}

/// A client order id: 128 bits.
@frozen public struct ClientOrderID: Sendable, Hashable {
  public var high: UInt64
  public var low: UInt64

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

public struct OrderRequest: Sendable, Equatable {
  public var asset: UInt32
  public var isBuy: Bool
  public var price: WireDecimal
  public var size: WireDecimal
  public var reduceOnly: Bool
  public var kind: OrderKind
  public var cloid: ClientOrderID?

  public init(
    asset: UInt32, isBuy: Bool, price: WireDecimal, size: WireDecimal, reduceOnly: Bool = false, kind: OrderKind,
    cloid: ClientOrderID? = nil
  ) {
    self.asset = asset
    self.isBuy = isBuy
    self.price = price
    self.size = size
    self.reduceOnly = reduceOnly
    self.kind = kind
    self.cloid = cloid
  }
}

public enum OrderKind: Sendable, Equatable {
  case limit(TimeInForce)
  case trigger(TriggerCondition)
}

public enum TimeInForce: UInt8, Sendable, Equatable, CaseIterable {
  case goodTilCancelled = 0  // Gtc
  case immediateOrCancel = 1  // Ioc
  case addLiquidityOnly = 2  // Alo
  case frontendMarket = 3  // FrontendMarket: an IOC shown as a market order
}

public struct TriggerCondition: Sendable, Equatable {
  public var isMarket: Bool
  public var price: WireDecimal
  public var isTakeProfit: Bool

  public init(isMarket: Bool, price: WireDecimal, isTakeProfit: Bool) {
    self.isMarket = isMarket
    self.price = price
    self.isTakeProfit = isTakeProfit
  }
}

public struct CancelRequest: Sendable, Equatable {
  public var asset: UInt32
  public var oid: UInt64

  public init(asset: UInt32, oid: UInt64) {
    self.asset = asset
    self.oid = oid
  }
}

public struct CancelByCloidRequest: Sendable, Equatable {
  public var asset: UInt32
  public var cloid: ClientOrderID

  public init(asset: UInt32, cloid: ClientOrderID) {
    self.asset = asset
    self.cloid = cloid
  }
}

public enum OrderReference: Sendable, Equatable {
  case oid(UInt64)
  case cloid(ClientOrderID)
}

public struct ModifyRequest: Sendable, Equatable {
  public var target: OrderReference
  public var order: OrderRequest
  /// Place the new order even if the old one could not be cancelled.
  public var alwaysPlace: Bool

  public init(target: OrderReference, order: OrderRequest, alwaysPlace: Bool = false) {
    self.target = target
    self.order = order
    self.alwaysPlace = alwaysPlace
  }
}

/// usdSend and withdraw3. `amount` is the signed text, for example `1.0`.
public struct UserTransfer: Sendable, Equatable {
  public var signatureChainID: String
  public var isMainnet: Bool
  /// The signed text of the destination address.
  public var destination: String
  public var amount: String
  public var time: UInt64

  public init(signatureChainID: String, isMainnet: Bool, destination: String, amount: String, time: UInt64) {
    self.signatureChainID = signatureChainID
    self.isMainnet = isMainnet
    self.destination = destination
    self.amount = amount
    self.time = time
  }
}

public struct AgentApproval: Sendable, Equatable {
  public var signatureChainID: String
  public var isMainnet: Bool
  public var agent: Address
  /// Empty for the unnamed agent.
  public var name: String
  public var nonce: UInt64

  public init(signatureChainID: String, isMainnet: Bool, agent: Address, name: String, nonce: UInt64) {
    self.signatureChainID = signatureChainID
    self.isMainnet = isMainnet
    self.agent = agent
    self.name = name
    self.nonce = nonce
  }
}

/// What a block's proposer brings from outside.
public enum ProposerAction: Sendable, Equatable {
  /// Oracle prices and external perpetual mid prices, `WireDecimal`; one entry an asset that moved.
  case oracle([OraclePrice])
  /// A bridge deposit in 10^-6 USDC.
  case deposit(to: Address, amount: UInt64)
  /// A spot token brought from outside, in 10^-weiDecimals of it.
  case tokenDeposit(to: Address, token: UInt32, amount: UInt64)
  /// HYPE that the account has staked, in 10^-8: it decides the discount on fees.
  case stake(of: Address, amount: UInt64)
}

public struct OraclePrice: Sendable, Equatable {
  public var asset: UInt32
  public var oracle: WireDecimal
  public var external: WireDecimal?

  public init(asset: UInt32, oracle: WireDecimal, external: WireDecimal?) {
    self.asset = asset
    self.oracle = oracle
    self.external = external
  }
}

/// What a transaction of this room carries: the action and its envelope.
public struct HyperliquidContent: Sendable, Equatable {
  public var action: HyperliquidAction
  public var nonce: UInt64
  /// The sub-account or vault that the signer acts for.
  public var vaultAddress: Address?
  /// Unix ms after which the action is refused.
  public var expiresAfter: UInt64?
  /// A cancel (by id or client id) that was sent with `f: true`: it must not name trigger orders.
  public var isFast: Bool

  public init(
    action: HyperliquidAction, nonce: UInt64, vaultAddress: Address? = nil, expiresAfter: UInt64? = nil,
    isFast: Bool = false
  ) {
    self.action = action
    self.nonce = nonce
    self.vaultAddress = vaultAddress
    self.expiresAfter = expiresAfter
    self.isFast = isFast
  }
}
