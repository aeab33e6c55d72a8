import Canonical

extension Address {
  /// EIP-55: `0x` and forty digits, a letter in upper case where Keccak-256 of the lower-case digits has a half-byte of
  /// 8 or more.
  public var checksummed: String {
    let digits = Array(hex.utf8)
    let hash = Keccak256.hash(digits).bytes
    var text = Array("0x".utf8)
    for (index, digit) in digits.enumerated() {
      let half = index % 2 == 0 ? hash[index / 2] >> 4 : hash[index / 2] & 15
      text.append(digit >= 0x61 && half >= 8 ? digit & ~0x20 : digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads `0x` and forty digits. Letters all of one case carry no checksum; of both cases, they must match it. Nil
  /// otherwise.
  public init?(checkedText text: String) {
    guard text.utf8.count == 42, text.utf8.starts(with: "0x".utf8), let address = Address(hex: text) else { return nil }
    let digits = text.utf8.dropFirst(2)
    let hasLower = digits.contains { $0 >= 0x61 }
    let hasUpper = digits.contains { (0x41...0x46).contains($0) }
    if hasLower && hasUpper && !text.utf8.elementsEqual(address.checksummed.utf8) { return nil }
    self = address
  }
}
