import Canonical

/// Why an action about accounts, spot, vaults, rights or builders' dexs is refused. Where the venue's sentence is not
/// published, ours stands.
public enum AccountRefusal: Sendable, Equatable {
  case subAccountName
  case subAccountLimit(Int)
  case subAccountVolume(required: Money, traded: Money)
  case subAccountTransfer(from: Address, to: Address)
  case tokenUnknown(String)
  case tokenBalance(free: Int128)
  case transferGas(Money)
  case agentDestination
  case dexUnknown(String)
  case dexCollateral
  case vaultText
  case vaultInitial(Money)
  case vaultClosed
  case vaultLeader(Address)
  case vaultLeaderShare
  case vaultPositions
  case codeInvalid
  case codeUnknown
  case codeTaken
  case codeOwn
  case codeSet
  case codeVolume(required: Money, traded: Money)
  case rewardsNone
  case builderRate
  case builderBalance
  case builderLimit(Int)
  case builderFee
  case multiSigOnly(Address)
  case multiSigUnknown(Address)
  case multiSigOuter(Address)
  case multiSigSigner(Address)
  case multiSigThreshold(have: Int, need: UInt32)
  case multiSigUsers
  case multiSigInner
  case requestLimit(used: UInt64, cap: UInt64, volume: Money)
  case weightInvalid
  case spotTrigger
  case spotLeverage
  case deployerOnly(Address)
  case dexTooSoon(until: Int64)
  case dexPrices(String)
  case dexScale
  case halted(UInt32)
  case nameInvalid
  case abstraction
  case leverageReached

  var facts: HyperliquidRefusal.Facts {
    switch self {
    case .subAccountName: .init(300, "subAccountName", "HL-84", "Invalid sub-account name.")
    case .subAccountLimit(let limit):
      .init(301, "subAccountLimit", "HL-84", "Too many sub-accounts.", largest: "\(limit)")
    case .subAccountVolume(let required, let traded):
      .init(
        302, "subAccountVolume", "HL-84",
        "Cannot create sub-accounts until enough volume traded. "
          + "Required: $\(required / 1_000_000). Traded: $\(traded / 1_000_000).")
    case .subAccountTransfer(let from, let to):
      .init(303, "subAccountTransfer", "HL-84", "Invalid sub-account transfer from \(from) to \(to)")
    case .tokenUnknown(let token): .init(304, "tokenUnknown", "HL-110", "Token \(token) does not exist.")
    case .tokenBalance(let free):
      .init(305, "tokenBalance", "HL-112", "Insufficient balance for token transfer.", largest: "\(free)")
    case .transferGas(let fee):
      .init(
        306, "transferGas", "HL-81", "Insufficient balance for token transfer gas.", [.init("fee", fee)])
    case .agentDestination:
      .init(
        307, "agentDestination", "HL-112", "Agent can only send asset to same user or their sub-accounts.")
    case .dexUnknown(let name): .init(308, "dexUnknown", "HL-57", "Invalid perp dex: \(name)")
    case .dexCollateral:
      .init(309, "dexCollateral", "HL-112", "Only the collateral token can be sent to or from a perp dex.")
    default: vaultFacts
    }
  }

  private var vaultFacts: HyperliquidRefusal.Facts {
    switch self {
    case .vaultText: .init(310, "vaultText", "HL-85", "Invalid vault name or description.")
    case .vaultInitial(let minimum):
      .init(311, "vaultInitial", "HL-85", "Initial vault deposit must be at least $\(minimum / 1_000_000).")
    case .vaultClosed: .init(312, "vaultClosed", "HL-86", "Vault is not accepting deposits.")
    case .vaultLeader(let leader):
      .init(313, "vaultLeader", "HL-85", "Only the vault leader can do this.", [.init("leader", leader)])
    case .vaultLeaderShare:
      .init(314, "vaultLeaderShare", "HL-86", "Vault leader must keep at least the minimum share of the vault.")
    case .vaultPositions: .init(315, "vaultPositions", "HL-88", "Cannot close vault with open positions.")
    case .codeInvalid: .init(320, "codeInvalid", "HL-55", "Invalid referral code.")
    case .codeUnknown: .init(321, "codeUnknown", "HL-55", "Referral code not registered")
    case .codeTaken: .init(322, "codeTaken", "HL-55", "Referral code already registered.")
    case .codeOwn: .init(323, "codeOwn", "HL-55", "Cannot self-refer.")
    case .codeSet: .init(324, "codeSet", "HL-55", "Referrer already set.")
    case .codeVolume(let required, let traded):
      .init(
        325, "codeVolume", "HL-55",
        "Cannot generate referral code until enough volume traded. "
          + "Required: $\(required / 1_000_000). Traded: $\(traded / 1_000_000).")
    case .rewardsNone: .init(326, "rewardsNone", "HL-55", "No rewards to claim.")
    case .builderRate: .init(330, "builderRate", "HL-56", "Builder fee rate is invalid.")
    case .builderBalance:
      .init(331, "builderBalance", "HL-56", "Builder has insufficient balance to be approved.")
    case .builderLimit(let limit):
      .init(332, "builderLimit", "HL-56", "Too many approved builders.", largest: "\(limit)")
    case .builderFee: .init(333, "builderFee", "HL-56", "Builder fee has not been approved.")
    default: rightsFacts
    }
  }

  private var rightsFacts: HyperliquidRefusal.Facts {
    switch self {
    case .multiSigOnly(let user):
      .init(340, "multiSigOnly", "HL-79", "Multi-sig required for user: \(user)")
    case .multiSigUnknown(let user): .init(341, "multiSigUnknown", "HL-79", "Not a multi-sig user: \(user)")
    case .multiSigOuter(let signer):
      .init(342, "multiSigOuter", "HL-79", "Invalid multi-sig outer signer: \(signer)")
    case .multiSigSigner(let signer):
      .init(343, "multiSigSigner", "HL-79", "Invalid multi-sig inner signer: \(signer)")
    case .multiSigThreshold(let have, let need):
      .init(
        344, "multiSigThreshold", "HL-79", "Not enough multi-sig signatures.", largest: "\(need)",
        [.init("have", have), .init("need", need)])
    case .multiSigUsers: .init(345, "multiSigUsers", "HL-79", "Invalid multi-sig authorized users.")
    case .multiSigInner: .init(346, "multiSigInner", "HL-79", "Invalid multi-sig inner action.")
    case .requestLimit(let used, let cap, let volume):
      .init(
        350, "requestLimit", "HL-77",
        "Too many cumulative requests sent (\(used) > \(cap)) for cumulative volume traded $\(volume / 1_000_000). "
          + "Place taker orders to free up 1 request per USDC traded.")
    case .weightInvalid: .init(351, "weightInvalid", "HL-77", "Invalid request weight.")
    case .nameInvalid: .init(352, "nameInvalid", "HL-84", "Invalid display name.")
    case .abstraction: .init(353, "abstraction", "HL-99", "Account abstraction mode is not available.")
    case .leverageReached:
      .init(354, "leverageReached", "HL-35", "Position already has at most the target leverage.")
    default: marketFacts
    }
  }

  private var marketFacts: HyperliquidRefusal.Facts {
    switch self {
    case .spotTrigger:
      .init(360, "spotTrigger", "HL-111", "Placing trigger orders is not enabled on spot trading yet.")
    case .spotLeverage: .init(361, "spotLeverage", "HL-111", "Spot markets have no leverage.")
    case .deployerOnly(let deployer):
      .init(362, "deployerOnly", "HL-57", "Only the deployer of the dex can do this.", [.init("deployer", deployer)])
    case .dexTooSoon(let until):
      .init(363, "dexTooSoon", "HL-57", "Updated too recently.", [.init("until", until)])
    case .dexPrices(let coin): .init(364, "dexPrices", "HL-57", "Invalid oracle price for \(coin)")
    case .dexScale: .init(365, "dexScale", "HL-57", "Invalid fee scale.")
    case .halted(let asset): .init(366, "halted", "HL-57", "Trading is halted.", [.init("asset", asset)])
    default: preconditionFailure("every refusal has its facts")
    }
  }
}
