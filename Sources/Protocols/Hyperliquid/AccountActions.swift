import Canonical
import Cryptography

/// L1 actions that are not about orders: accounts, vaults, referrals and settings.
public enum AccountAction: Sendable, Equatable {
  case createSubAccount(name: String)
  case renameSubAccount(Address, name: String)
  /// `amount` in 10^-6 USDC; a deposit goes from the master to the sub-account.
  case subAccountTransfer(Address, isDeposit: Bool, amount: UInt64)
  /// `token` is `NAME:0xid`, `amount` a decimal of the token.
  case subAccountSpotTransfer(Address, isDeposit: Bool, token: String, amount: String)
  case createVault(VaultProposal)
  /// Nil leaves a setting as it is.
  case modifyVault(Address, allowsDeposits: Bool?, closesOnWithdrawal: Bool?)
  /// `amount` in 10^-6 USDC goes to the depositors; zero closes the vault.
  case distributeVault(Address, amount: UInt64)
  /// agentSendAsset: to the same user or its sub-accounts.
  case sendAsset(AssetTransfer)
  case reserveWeight(UInt64, destination: Address?)
  case setReferrer(code: String)
  case registerReferrer(code: String)
  case setDisplayName(String)
  case claimRewards
  /// agentSetAbstraction: `i`, `u` or `p`.
  case setAbstraction(String)
  case evmUserModify(usesBigBlocks: Bool)
  /// The leverage that the position's margin is topped up to, a decimal.
  case topUpIsolatedMargin(asset: UInt32, leverage: String)
}

public struct VaultProposal: Sendable, Equatable {
  public var name: String
  public var description: String
  /// 10^-6 USDC.
  public var initial: UInt64
  public var nonce: UInt64

  public init(name: String, description: String, initial: UInt64, nonce: UInt64) {
    self.name = name
    self.description = description
    self.initial = initial
    self.nonce = nonce
  }
}

/// sendAsset and agentSendAsset; texts as they were signed.
public struct AssetTransfer: Sendable, Equatable {
  public var destination: String
  /// Empty for the first perp dex, `spot`, or a builder dex's name.
  public var sourceDex: String
  public var destinationDex: String
  /// `USDC`, or `NAME:0xid`.
  public var token: String
  public var amount: String
  /// Empty, or the sub-account that pays.
  public var fromSubAccount: String
  public var nonce: UInt64

  public init(
    destination: String, sourceDex: String, destinationDex: String, token: String, amount: String,
    fromSubAccount: String = "", nonce: UInt64 = 0
  ) {
    self.destination = destination
    self.sourceDex = sourceDex
    self.destinationDex = destinationDex
    self.token = token
    self.amount = amount
    self.fromSubAccount = fromSubAccount
    self.nonce = nonce
  }
}

/// An order that is worked off in slices.
public struct TwapRequest: Sendable, Equatable {
  public var asset: UInt32
  public var isBuy: Bool
  public var size: WireDecimal
  public var reduceOnly: Bool
  public var minutes: UInt64
  public var isRandomized: Bool
  public var details: TwapDetails?

  public init(
    asset: UInt32, isBuy: Bool, size: WireDecimal, reduceOnly: Bool = false, minutes: UInt64,
    isRandomized: Bool = false, details: TwapDetails? = nil
  ) {
    self.asset = asset
    self.isBuy = isBuy
    self.size = size
    self.reduceOnly = reduceOnly
    self.minutes = minutes
    self.isRandomized = isRandomized
    self.details = details
  }
}

/// When a TWAP begins and where it stops.
public struct TwapDetails: Sendable, Equatable {
  /// The mark price that starts it, and whether at or above (otherwise at or below).
  public var trigger: WireDecimal?
  public var isAbove: Bool
  /// The mark price beyond which it ends: buys above, sells below.
  public var stop: WireDecimal?

  public init(trigger: WireDecimal? = nil, isAbove: Bool = false, stop: WireDecimal? = nil) {
    self.trigger = trigger
    self.isAbove = isAbove
    self.stop = stop
  }
}

/// Under which chain a user-signed action was signed, and its nonce.
public struct SignedTerms: Sendable, Equatable {
  public var signatureChainID: String
  public var isMainnet: Bool
  public var nonce: UInt64

  public init(signatureChainID: String, isMainnet: Bool, nonce: UInt64) {
    self.signatureChainID = signatureChainID
    self.isMainnet = isMainnet
    self.nonce = nonce
  }
}

/// User-signed actions about money and rights. Texts are kept as they were signed.
public enum SignedAction: Sendable, Equatable {
  /// ` subaccount:0x..` behind the amount names a sub-account.
  case classTransfer(amount: String, toPerp: Bool)
  case spotSend(destination: String, token: String, amount: String)
  case sendAsset(AssetTransfer)
  case approveBuilderFee(maximum: String, builder: Address)
  /// JSON text `{"authorizedUsers": [..], "threshold": n}`, or `null`.
  case convertToMultiSig(signers: String)
  case setAbstraction(user: Address, word: String)
}

/// One signature inside a multi-signature envelope; unsigned runs only name the signer (r is the address, s is zero).
public enum InnerSignature: Sendable, Equatable {
  case signed(RecoverableSignature)
  case claimed(Address)
}

/// An action of a multi-signature account: the inner action, who leads, and the signatures of its users.
public struct MultiSigEnvelope: Sendable, Equatable {
  public var signatureChainID: String
  public var signatures: [InnerSignature]
  public var user: Address
  public var outerSigner: Address
  /// The MessagePack of the inner action exactly as it is hashed.
  public var payload: [UInt8]
  public var action: HyperliquidAction
  /// Of an inner cancel.
  public var isFast: Bool

  public init(
    signatureChainID: String = "0x66eee", signatures: [InnerSignature], user: Address, outerSigner: Address,
    payload: [UInt8], action: HyperliquidAction, isFast: Bool = false
  ) {
    self.signatureChainID = signatureChainID
    self.signatures = signatures
    self.user = user
    self.outerSigner = outerSigner
    self.payload = payload
    self.action = action
    self.isFast = isFast
  }
}

/// What a builder of a perp dex may do with it.
public enum PerpDeployment: Sendable, Equatable {
  case setOracle(DexOracle)
  /// `coin` carries its dex: `dex:COIN`.
  case haltTrading(coin: String, isHalted: Bool)
  /// Greatest notional of each coin in 10^-6 USDC.
  case setOpenInterestCaps([DexCap])
  case setFeeScale(dex: String, scale: String)
  case setFeeRecipient(dex: String, recipient: Address)
}

public struct DexOracle: Sendable, Equatable {
  public var dex: String
  public var oracle: [DexPrice]
  /// None to two lists.
  public var marks: [[DexPrice]]
  public var external: [DexPrice]

  public init(dex: String, oracle: [DexPrice], marks: [[DexPrice]] = [], external: [DexPrice] = []) {
    self.dex = dex
    self.oracle = oracle
    self.marks = marks
    self.external = external
  }
}

public struct DexPrice: Sendable, Equatable {
  public var coin: String
  /// A decimal as it was signed.
  public var price: String

  public init(_ coin: String, _ price: String) {
    self.coin = coin
    self.price = price
  }
}

public struct DexCap: Sendable, Equatable {
  public var coin: String
  public var amount: UInt64

  public init(_ coin: String, _ amount: UInt64) {
    self.coin = coin
    self.amount = amount
  }
}
