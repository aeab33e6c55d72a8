import Canonical
import StateStore

/// A market's number; zero stands for the venue itself.
public typealias MarketID = UInt16
/// A token's number.
public typealias TokenID = UInt16

/// The place of one number: a kind and its arguments, unused ones zero. Rule GMX-1.
public struct StoreKey: FixedSizeTableKey, Hashable {
  public var kind: StoreKind
  /// A market, a virtual market or a virtual token, as the kind says; zero for the venue's own settings.
  public var scope: UInt16
  public var token: TokenID
  public var flag: Bool
  public var number: UInt64
  public var account: Address

  public init(
    _ kind: StoreKind, _ scope: UInt16 = 0, token: TokenID = 0, flag: Bool = false, number: UInt64 = 0,
    account: Address = .zero
  ) {
    self.kind = kind
    self.scope = scope
    self.token = token
    self.flag = flag
    self.number = number
    self.account = account
  }

  public static var keySize: Int { 34 }

  public func encodeKey(into bytes: inout [UInt8]) {
    bytes.append(kind.rawValue)
    scope.encodeKey(into: &bytes)
    token.encodeKey(into: &bytes)
    bytes.append(flag ? 1 : 0)
    number.encodeKey(into: &bytes)
    account.encodeKey(into: &bytes)
  }

  public init?(keyBytes: ArraySlice<UInt8>) {
    let start = keyBytes.startIndex
    guard keyBytes.count == Self.keySize, let kind = StoreKind(rawValue: keyBytes[start]),
      let scope = UInt16(keyBytes: keyBytes[(start + 1)..<(start + 3)]),
      let token = UInt16(keyBytes: keyBytes[(start + 3)..<(start + 5)]), keyBytes[start + 5] < 2,
      let number = UInt64(keyBytes: keyBytes[(start + 6)..<(start + 14)]),
      let account = Address(keyBytes: keyBytes[(start + 14)...])
    else { return nil }
    self.init(
      kind, scope, token: token, flag: keyBytes[start + 5] == 1, number: number, account: account)
  }

  /// Most settings have neither number nor account, and are read often.
  @inline(__always) public var hashWord: UInt64 {
    var word = mixedWord(UInt64(kind.rawValue) << 48 | UInt64(scope) << 32 | UInt64(token) << 16 | (flag ? 1 : 0))
    if number != 0 { word = mixedWord(word &+ number) }
    return account == .zero ? word : mixedWord(word, account.hashWord)
  }

  public static func < (left: StoreKey, right: StoreKey) -> Bool {
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    if left.scope != right.scope { return left.scope < right.scope }
    if left.token != right.token { return left.token < right.token }
    if left.flag != right.flag { return right.flag }
    if left.number != right.number { return left.number < right.number }
    return left.account < right.account
  }

  public var keyDescription: String {
    "\(kind), \(scope), \(token), \(flag), \(number), \(account.keyDescription)"
  }
}
