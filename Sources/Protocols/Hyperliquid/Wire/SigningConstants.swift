import Canonical
import Cryptography

/// The EIP-712 constants of the venue's two signing schemes. A test computes each anew from its text.
enum SigningConstants {
  static let domainTypeText = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
  static let agentTypeText = "Agent(string source,bytes32 connectionId)"

  static let domainTypeHash = keccak(domainTypeText)
  static let userDomainNameHash = keccak("HyperliquidSignTransaction")
  static let versionHash = keccak("1")

  /// `Agent(string source,bytes32 connectionId)`.
  static let agentTypeHash = Hash32(
    word0: 0x26f0_5c2f_7239_b698, word1: 0x3075_e583_2129_2d77, word2: 0xb3aa_173d_19b2_7257,
    word3: 0xac96_ab36_2570_f508)

  /// {name: "Exchange", version: "1", chainId: 1337, verifyingContract: 0}.
  static let exchangeDomain = Hash32(
    word0: 0xd792_97fc_df2f_fcd4, word1: 0xae22_3d01_edaa_2ba2, word2: 0x14ff_8f40_1d7c_9300,
    word3: 0xd995_d17c_82aa_4040)

  /// Keccak-256 of "a", the source of a mainnet agent.
  static let mainnetSourceHash = Hash32(
    word0: 0x3ac2_2516_8df5_4212, word1: 0xa25c_1c01_fd35_bebf, word2: 0xea40_8fda_c2e3_1ddd,
    word3: 0x6f80_a4bb_f9a5_f1cb)

  /// Keccak-256 of "b", the source of a testnet agent.
  static let testnetSourceHash = Hash32(
    word0: 0xb555_3de3_15e0_edf5, word1: 0x04d9_150a_f82d_afa5, word2: 0xc466_7fa6_18ed_0a6f,
    word3: 0x19c6_9b41_166c_5510)

  static func keccak(_ text: String) -> Hash32 { Keccak256.hash(Array(text.utf8)) }

  static func domainSeparator(nameHash: Hash32, chainID: Hash32) -> Hash32 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160)
    for word in [domainTypeHash, nameHash, versionHash, chainID, .zero] { word.append(to: &bytes) }
    return Keccak256.hash(bytes)
  }

  /// The first 33 bytes of the text are a type name that no other scheme has, so a separator serves one scheme only.
  static func userDomain(chainID: Hash32) -> Hash32 {
    switch chainID {
    case Hash32(0x66eee): testnetWalletDomain
    case Hash32(0xa4b1): arbitrumDomain
    default: domainSeparator(nameHash: userDomainNameHash, chainID: chainID)
    }
  }

  private static let testnetWalletDomain = domainSeparator(nameHash: userDomainNameHash, chainID: Hash32(0x66eee))
  private static let arbitrumDomain = domainSeparator(nameHash: userDomainNameHash, chainID: Hash32(0xa4b1))
}
