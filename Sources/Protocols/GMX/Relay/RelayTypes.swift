import Canonical
import Cryptography

/// The types of relayed messages, as the router's typed data spells them; a reference to a structure is followed by its
/// own type in alphabetical order. Rule GMX-201.
public enum RelayTypes {
  static let createOrderAddressesText =
    "CreateOrderAddresses(address receiver,address cancellationReceiver,address callbackContract,"
    + "address uiFeeReceiver,address market,address initialCollateralToken,address[] swapPath)"
  static let createOrderNumbersText =
    "CreateOrderNumbers(uint256 sizeDeltaUsd,uint256 initialCollateralDeltaAmount,uint256 triggerPrice,"
    + "uint256 acceptablePrice,uint256 executionFee,uint256 callbackGasLimit,uint256 minOutputAmount,"
    + "uint256 validFromTime)"
  static let orderFieldsText =
    "CreateOrderAddresses addresses,CreateOrderNumbers numbers,uint256 orderType,uint256 decreasePositionSwapType,"
    + "bool isLong,bool shouldUnwrapNativeToken,bool autoCancel,bytes32 referralCode,bytes32[] dataList"
  static let createOrderParamsText = "CreateOrderParams(" + orderFieldsText + ")"
  static let updateOrderParamsText =
    "UpdateOrderParams(bytes32 key,uint256 sizeDeltaUsd,uint256 acceptablePrice,uint256 triggerPrice,"
    + "uint256 minOutputAmount,uint256 validFromTime,bool autoCancel,uint256 executionFeeIncrease)"
  static let tailText = "bytes32 relayParams,bytes32 subaccountApproval)"

  public static let createOrderAddresses = Keccak256.hash(createOrderAddressesText)
  public static let createOrderNumbers = Keccak256.hash(createOrderNumbersText)
  public static let createOrderParams = Keccak256.hash(
    createOrderParamsText + createOrderAddressesText + createOrderNumbersText)
  public static let createOrder = Keccak256.hash(
    "CreateOrder(address account," + orderFieldsText + "," + tailText + createOrderAddressesText
      + createOrderNumbersText)
  public static let updateOrderParams = Keccak256.hash(updateOrderParamsText)
  public static let updateOrder = Keccak256.hash(
    "UpdateOrder(address account,UpdateOrderParams params," + tailText + updateOrderParamsText)
  public static let cancelOrder = Keccak256.hash("CancelOrder(address account,bytes32 key," + tailText)
  public static let batch = Keccak256.hash(
    "Batch(address account,CreateOrderParams[] createOrderParamsList,UpdateOrderParams[] updateOrderParamsList,"
      + "bytes32[] cancelOrderKeys," + tailText + createOrderAddressesText + createOrderNumbersText
      + createOrderParamsText + updateOrderParamsText)
  public static let subaccountApproval = Keccak256.hash(
    "SubaccountApproval(address subaccount,bool shouldAdd,uint256 expiresAt,uint256 maxAllowedCount,"
      + "bytes32 actionType,uint256 nonce,uint256 desChainId,uint256 deadline,bytes32 integrationId)")
  public static let removeSubaccount = Keccak256.hash("RemoveSubaccount(address subaccount,bytes32 relayParams)")
  public static let minified = Keccak256.hash("Minified(bytes32 digest)")

  /// The kind of action that an approval of orders names: keccak of the ABI-encoded text.
  public static let orderActionType = Keccak256.hash(
    ABIValue.encode([.bytes(Array("SUBACCOUNT_ORDER_ACTION".utf8))]))
}

/// Whom a signature is for: the router that is called, on its chain. Rule GMX-200.
public struct RelayDomain: Sendable, Equatable {
  public let separator: Hash32

  public init(chainID: UInt64, router: Address) {
    separator =
      TypedDataDomain(
        name: "GmxBaseGelatoRelayRouter", version: "1", chainID: chainID, verifyingContract: router
      ).separator
  }

  public func digest(of structHash: Hash32) -> Hash32 {
    EIP712.digest(domainSeparator: separator, structHash: structHash)
  }

  /// What a wallet that cannot show long messages signs instead: the digest of the digest. Rule GMX-205.
  public func minified(_ digest: Hash32) -> Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.minified)
    encoder.append(digest)
    return self.digest(of: encoder.hash)
  }
}
