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
      .createOrder(order), .updateOrder(9, update), .cancelOrder(1), .executeOrder(2), .liquidate(key),
      .deleverage(key, size: 8), .updateADLState(1, isLong: true), .claimFunding(1, 2),
      .createDeposit(deposit, receiver: account), .cancelDeposit(1), .executeDeposit(2),
    ] + liquidity
  }

  static var liquidity: [GMXAction] {
    let withdrawal = WithdrawalRequest(account: account, market: 1, marketTokens: 77)
    let shift = ShiftRequest(account: account, fromMarket: 1, toMarket: 2, marketTokens: 3, minMarketTokens: 4)
    var vaultDeposit = GLVDepositRequest(account: account, glv: 1, market: 2, marketTokens: 5)
    vaultDeposit.shortSwapPath = [6]
    let vaultShift = GLVShiftRequest(glv: 1, fromMarket: 2, toMarket: 3, marketTokens: 4, minMarketTokens: 5)
    return [
      .createWithdrawal(withdrawal, receiver: account), .cancelWithdrawal(3), .executeWithdrawal(4),
      .createShift(shift, receiver: account), .cancelShift(5), .executeShift(6),
      .withdrawAtOnce(withdrawal, receiver: account), .createGLVDeposit(vaultDeposit, receiver: account),
      .cancelGLVDeposit(7), .executeGLVDeposit(8),
      .createGLVWithdrawal(
        GLVWithdrawalRequest(account: account, glv: 1, market: 2, glvTokens: 9), receiver: account),
      .cancelGLVWithdrawal(10), .executeGLVWithdrawal(11), .createGLVShift(vaultShift), .executeGLVShift(12),
      .executeJustInTime(order: 13, [vaultShift, vaultShift]),
    ]
  }

  /// Records of liquidity read back from their bytes.
  @Test func recordsReadBack() throws {
    let glv = GLVRecord(longToken: 1, shortToken: 2, markets: [3, 4])
    #expect(try GLVRecord(canonicalBytes: glv.canonicalBytes) == glv)
    let shift = ShiftRequest(account: Self.account, fromMarket: 1, toMarket: 2, marketTokens: 3)
    let waiting = Waiting(request: shift, receiver: Self.account, updatedAtTime: 9)
    #expect(try Waiting<ShiftRequest>(canonicalBytes: waiting.canonicalBytes) == waiting)
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
