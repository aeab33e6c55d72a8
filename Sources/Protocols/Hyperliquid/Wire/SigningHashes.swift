import Canonical
import Cryptography

/// What the venue's clients sign, from bytes to digests.
public enum HyperliquidSigning {
  /// Keccak-256 of the action's MessagePack, the nonce (eight bytes, big-endian), the vault (00, or 01 and its twenty
  /// bytes) and, where there is one, the expiry (00 and eight bytes, big-endian): the `connectionId` of an agent.
  public static func actionHash(
    messagePack: some Collection<UInt8>, nonce: UInt64, vaultAddress: Address?, expiresAfter: UInt64?
  ) -> Hash32 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(messagePack.count + 38)
    bytes.append(contentsOf: messagePack)
    appendSuffix(nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter, to: &bytes)
    return Keccak256.hash(bytes)
  }

  static func appendSuffix(nonce: UInt64, vaultAddress: Address?, expiresAfter: UInt64?, to bytes: inout [UInt8]) {
    append(bigEndian: nonce, to: &bytes)
    if let vaultAddress {
      bytes.append(1)
      vaultAddress.append(to: &bytes)
    } else {
      bytes.append(0)
    }
    if let expiresAfter {
      // The venue's marker of a present expiry is 00, unlike that of a vault.
      bytes.append(0)
      append(bigEndian: expiresAfter, to: &bytes)
    }
  }

  private static func append(bigEndian value: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// The digest that an L1 action's signer signs: EIP-712 over `Agent{source, connectionId}`, source "a" on the main
  /// network and "b" on the test network.
  public static func agentDigest(actionHash: Hash32, isMainnet: Bool) -> Hash32 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(96)
    SigningConstants.agentTypeHash.append(to: &bytes)
    (isMainnet ? SigningConstants.mainnetSourceHash : SigningConstants.testnetSourceHash).append(to: &bytes)
    actionHash.append(to: &bytes)
    return EIP712.digest(domainSeparator: SigningConstants.exchangeDomain, structHash: Keccak256.hash(bytes))
  }

  /// The separator of {name: "HyperliquidSignTransaction", version: "1", chainId, verifyingContract: 0}. Nil unless
  /// `signatureChainID` is a hexadecimal number of at most 64 digits, with or without `0x`.
  public static func userDomainSeparator(signatureChainID: String) -> Hash32? {
    Hash32(hexInteger: signatureChainID).map { SigningConstants.userDomain(chainID: $0) }
  }

  static let multiSigTypeHash = SigningConstants.keccak(
    "HyperliquidTransaction:SendMultiSig(string hyperliquidChain,bytes32 multiSigActionHash,uint64 nonce)")

  /// The digest that the outer signer of a multi-signature envelope signs. `actionHash` is that of the wrapper without
  /// its `type`.
  public static func multiSigDigest(
    actionHash: Hash32, nonce: UInt64, domainSeparator: Hash32, isMainnet: Bool
  ) -> Hash32 {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    multiSigTypeHash.append(to: &bytes)
    SigningConstants.keccak(isMainnet ? "Mainnet" : "Testnet").append(to: &bytes)
    actionHash.append(to: &bytes)
    Hash32(nonce).append(to: &bytes)
    return EIP712.digest(domainSeparator: domainSeparator, structHash: Keccak256.hash(bytes))
  }
}
