public import Quantities

/// The networks that v3 was settled on.
public enum StarkNetwork: UInt64, Sendable, CaseIterable {
  case mainnet = 1
  case sepolia = 11_155_111

  /// The collateral (USDC) in StarkEx's numbering.
  public var collateral: UInt256 {
    switch self {
    case .mainnet: 0x0289_3294_412a_4c8f_915f_7589_2b39_5ebb_f685_9ec2_46ec_365c_3b1f_56f4_7c3a_0a5d
    case .sepolia: 0x01e7_0c50_9c4c_6bfa_fe8b_73d2_fc18_1944_4b2c_0b43_5d4b_82c0_f24a_ddff_9565_ce25
    }
  }
}

/// What v3 traded, with the decimals of each asset's quantum.
public struct StarkAsset: Sendable, Hashable {
  public let name: String
  public let decimals: Int

  public static let collateral = StarkAsset(name: "USDC", decimals: 6)

  public static let synthetics: [StarkAsset] = [
    ("BTC", 10), ("ETH", 9), ("LINK", 7), ("AAVE", 8), ("UNI", 7), ("SUSHI", 7), ("SOL", 7), ("YFI", 10), ("1INCH", 7),
    ("AVAX", 7), ("SNX", 7), ("CRV", 6), ("UMA", 7), ("DOT", 7), ("DOGE", 5), ("MATIC", 6), ("MKR", 9), ("FIL", 7),
    ("ADA", 6), ("ATOM", 7), ("COMP", 8), ("BCH", 8), ("LTC", 8), ("EOS", 6), ("ALGO", 6), ("ZRX", 6), ("XMR", 8),
    ("ZEC", 8), ("ENJ", 6), ("ETC", 7), ("XLM", 5), ("TRX", 4), ("XTZ", 6), ("ICP", 7), ("RUNE", 6), ("LUNA", 6),
    ("NEAR", 6), ("CELO", 6),
  ].map { StarkAsset(name: $0.0, decimals: $0.1) }

  /// The synthetic asset of that name, or of a market such as `BTC-USD`.
  public static func synthetic(_ name: String) -> StarkAsset? {
    let base = name.hasSuffix("-USD") ? String(name.dropLast(4)) : name
    return synthetics.first { $0.name == base }
  }

  /// The number under which StarkEx knows a synthetic asset: the text `NAME-DECIMALS`, padded to 15 bytes.
  public var syntheticID: UInt256 {
    let text = Array("\(name)-\(decimals)".utf8)
    return UInt256(
      bigEndianBytes: [UInt8](repeating: 0, count: 17) + text + [UInt8](repeating: 0, count: 15 - text.count))
      ?? .zero
  }

  /// Quantums of a decimal amount of the asset.
  func quantums(_ amount: Rational, rounding: Rounding?) throws(StarkRefusal) -> UInt64 {
    let exact: Rational
    do throws(ArithmeticError) {
      exact = try amount * Rational(1, scaledByPowerOfTen: decimals)
    } catch {
      throw .invalidAmount("\(error)")
    }
    guard rounding != nil || exact.denominator == .one else {
      throw .invalidAmount("\(amount) is finer than a quantum of \(name)")
    }
    guard let whole = try? exact.rounded(rounding ?? .floor), let value = UInt64(exactly: whole) else {
      throw .invalidAmount("\(amount) \(name) does not fit 64 bits")
    }
    return value
  }

  /// Quantums of decimal text; one that is no whole number of quantums is refused.
  public func quantums(exactly text: String) throws(StarkRefusal) -> UInt64 {
    guard let amount = Rational(decimal: text) else { throw .invalidAmount(text) }
    return try quantums(amount, rounding: nil)
  }
}
