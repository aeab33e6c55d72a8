public import Quantities

/// Net collateral and requirements of an account, in quote quantums.
public struct Risk: Sendable, Hashable {
  public var netCollateral: Int256
  public var initialRequirement: Int256
  public var maintenanceRequirement: Int256

  public init(netCollateral: Int256, initialRequirement: Int256, maintenanceRequirement: Int256) {
    self.netCollateral = netCollateral
    self.initialRequirement = initialRequirement
    self.maintenanceRequirement = maintenanceRequirement
  }

  public static let zero = Risk(netCollateral: .zero, initialRequirement: .zero, maintenanceRequirement: .zero)

  public var isInitialCollateralized: Bool { netCollateral >= initialRequirement }
  public var isMaintenanceCollateralized: Bool { netCollateral >= maintenanceRequirement }
  /// An account without a requirement is never liquidated.
  public var isLiquidatable: Bool { maintenanceRequirement > 0 && netCollateral < maintenanceRequirement }

  public func adding(_ other: Risk) throws(ArithmeticError) -> Risk {
    Risk(
      netCollateral: try netCollateral + other.netCollateral,
      initialRequirement: try initialRequirement + other.initialRequirement,
      maintenanceRequirement: try maintenanceRequirement + other.maintenanceRequirement)
  }

  /// 1 when this account is the riskier, -1 when the other is, by net collateral over requirement. Two accounts of equal
  /// product compare by requirement (the greater is riskier), without requirements by net collateral.
  public func compared(to other: Risk) -> Int {
    let left = WideInteger(netCollateral) * WideInteger(other.maintenanceRequirement)
    let right = WideInteger(other.netCollateral) * WideInteger(maintenanceRequirement)
    if left != right { return left < right ? 1 : -1 }
    if maintenanceRequirement.isZero && other.maintenanceRequirement.isZero {
      return netCollateral == other.netCollateral ? 0 : netCollateral < other.netCollateral ? 1 : -1
    }
    if maintenanceRequirement == other.maintenanceRequirement { return 0 }
    return maintenanceRequirement > other.maintenanceRequirement ? 1 : -1
  }
}

/// What became of one account's update.
public enum UpdateResult: String, Sendable, Hashable {
  case success = "Success"
  case newlyUndercollateralized = "NewlyUndercollateralized"
  case stillUndercollateralized = "StillUndercollateralized"
  case updateCausedError = "UpdateCausedError"
  case withdrawalsAndTransfersBlocked = "WithdrawalsAndTransfersBlocked"
  case violatesIsolatedSubaccountConstraints = "ViolatesIsolatedSubaccountConstraints"

  /// Whether an update may leave an account at `new`. Above the initial requirement always; below it only when the
  /// maintenance requirement does not grow and net collateral over it does not fall.
  public static func ofTransition(from old: Risk, to new: Risk) -> UpdateResult {
    new.isInitialCollateralized ? .success : ofUndercollateralizedTransition(from: old, to: new)
  }

  public static func ofUndercollateralizedTransition(from old: Risk, to new: Risk) -> UpdateResult {
    let refusal: UpdateResult = old.isInitialCollateralized ? .newlyUndercollateralized : .stillUndercollateralized
    if new.maintenanceRequirement > old.maintenanceRequirement { return refusal }
    if old.maintenanceRequirement.isZero || new.maintenanceRequirement.isZero {
      let both = old.maintenanceRequirement.isZero && new.maintenanceRequirement.isZero
      return both && new.netCollateral > old.netCollateral ? .success : refusal
    }
    let before = WideInteger(old.netCollateral) * WideInteger(new.maintenanceRequirement)
    let after = WideInteger(new.netCollateral) * WideInteger(old.maintenanceRequirement)
    return before > after ? refusal : .success
  }
}
