import Canonical
import GMX
import Quantities
import StateStore
import Testing

@Suite struct CodingTests {
  static let account = Address([UInt8](repeating: 7, count: 20)) ?? .zero

  static var samples: [GMXAction] {
    var order = OrderRecord(
      account: account, market: 3, initialCollateralToken: 2, swapPath: [1, 2], orderType: .limitDecrease,
      decreaseSwap: .profitToCollateral, isLong: true, sizeDeltaUsd: .max, initialCollateralDeltaAmount: 5)
    order.isFrozen = true
    let key = PositionKey(account: account, market: 3, collateralToken: 2, isLong: false)
    let update = GMXState.OrderUpdate(
      sizeDeltaUsd: 1, acceptablePrice: 2, triggerPrice: 3, minOutputAmount: 4, validFromTime: 5, autoCancel: true)
    var deposit = DepositRequest(
      account: account, market: 1, initialLongToken: 1, initialShortToken: 2, longAmount: 10, shortAmount: 20)
    deposit.longSwapPath = [4]
    return [
      .createOrder(order), .updateOrder(9, update), .cancelOrder(1), .executeOrder(2),
      .createDeposit(deposit, receiver: account),
      .createWithdrawal(WithdrawalRequest(account: account, market: 1, marketTokens: 77), receiver: account),
      .liquidate(key),
      .deleverage(key, size: 8), .updateADLState(1, isLong: true), .claimFunding(1, 2),
    ]
  }

  /// Every action reads back from its bytes, and no shorter or longer text does.
  @Test func actionsReadBack() throws {
    for action in Self.samples {
      let bytes = action.canonicalBytes
      #expect(try GMXAction(canonicalBytes: bytes) == action)
      #expect(throws: CanonicalError.self) { try GMXAction(canonicalBytes: bytes + [0]) }
      #expect(throws: CanonicalError.self) { try GMXAction(canonicalBytes: Array(bytes.dropLast())) }
    }
  }

  /// Keys of the store keep their order in bytes, and read back.
  @Test func keysKeepTheirOrder() throws {
    var keys: [StoreKey] = []
    for kind in StoreKind.allCases {
      for number in [0, 1, 300] as [UInt64] {
        keys.append(StoreKey(kind, 2, token: 1, flag: number == 1, number: number, account: Self.account))
      }
    }
    let encoded = keys.map { key -> [UInt8] in
      var bytes: [UInt8] = []
      key.encodeKey(into: &bytes)
      return bytes
    }
    for (key, bytes) in zip(keys, encoded) { #expect(StoreKey(keyBytes: bytes[...]) == key) }
    for (left, leftBytes) in zip(keys, encoded) {
      for (right, rightBytes) in zip(keys, encoded) {
        #expect((left < right) == leftBytes.lexicographicallyPrecedes(rightBytes))
      }
    }
  }
}
