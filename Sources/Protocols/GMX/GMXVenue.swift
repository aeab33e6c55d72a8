import Canonical
import Cryptography
import Quantities
import StateStore
import VenueKit

/// GMX v2: pools of a long and a short token that are the other side of every position; orders in two steps, executed
/// by keepers at the oracle's prices. Rules are numbered in Specs/Protocols/gmx.md.
public struct GMXVenue: Venue {
  public static let description = VenueDescription(
    room: "gmx", title: "GMX v2 (GM markets)", transitionVersion: 1, keyPrefix: 0x47,
    schemes: [.proposer, .native, .gmxRelay], takesQuotes: false)

  public let genesis: GMXGenesis
  public let chainID: String
  private let domainSeparator: Hash32

  public init(genesis: JSONValue, chainID: String) throws(GenesisError) {
    self.genesis = try GMXGenesis(genesis)
    self.chainID = chainID
    domainSeparator = NativeEnvelope.domainSeparator(chainID: chainID)
  }

  public func genesisState() -> GMXState { genesis.state() }

  // MARK: Transactions

  /// Scheme 0: nonce `u64`, then the proposer's action. Scheme 1: the native envelope around an action. Scheme 5: a
  /// relayed call. Rules GMX-101 and GMX-202.
  public func decode(_ bytes: [UInt8]) throws(GMXRefusal) -> DecodedTransaction<GMXContent> {
    guard let scheme = bytes.first else { throw .kernel(.emptyTransaction) }
    switch scheme {
    case TransactionScheme.proposer.rawValue: return try decodeProposer(bytes)
    case TransactionScheme.native.rawValue: return try decodeNative(bytes)
    case TransactionScheme.gmxRelay.rawValue: return try decodeRelay(bytes)
    default: throw .kernel(.schemeUnknown(scheme))
    }
  }

  private func decodeProposer(_ bytes: [UInt8]) throws(GMXRefusal) -> DecodedTransaction<GMXContent> {
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      let nonce = try decoder.decodeInteger(UInt64.self)
      let action = try decoder.decode(GMXProposerAction.self)
      try decoder.finish()
      return DecodedTransaction(content: GMXContent(action, nonce: nonce), authorization: .proposer)
    } catch {
      throw .kernel(.malformed("\(error)"))
    }
  }

  private func decodeNative(_ bytes: [UInt8]) throws(GMXRefusal) -> DecodedTransaction<GMXContent> {
    let opened: (envelope: NativeEnvelope, authorization: Authorization)
    do throws(KernelRefusal) {
      opened = try NativeEnvelope.open(bytes, domainSeparator: domainSeparator)
    } catch {
      throw .kernel(error)
    }
    if case .signature(_, let signature) = opened.authorization, signature.isHighS { throw .kernel(.signatureHighS) }
    do throws(CanonicalError) {
      let action = try GMXAction(canonicalBytes: opened.envelope.action)
      return DecodedTransaction(
        content: GMXContent(action, nonce: opened.envelope.nonce), authorization: opened.authorization)
    } catch {
      throw .kernel(.malformed("\(error)"))
    }
  }

  private func decodeRelay(_ bytes: [UInt8]) throws(GMXRefusal) -> DecodedTransaction<GMXContent> {
    do throws(KernelRefusal) {
      let transaction = try RelayTransaction(bytes: bytes)
      let digest = transaction.digest(genesis.relay)
      let proofs = try transaction.authorizations(genesis.relay, digest: digest)
      return DecodedTransaction(
        content: GMXContent(transaction, digest: digest), authorization: proofs.call, cosigners: proofs.approvals)
    } catch {
      throw .kernel(error)
    }
  }

  public func seal(_ content: GMXContent, authority: Authority) -> [UInt8] {
    switch content.body {
    case .proposer(let action):
      var encoder = CanonicalEncoder(reservingCapacity: 200)
      encoder.encode(tag: TransactionScheme.proposer.rawValue)
      encoder.encode(content.nonce)
      encoder.encode(action)
      return encoder.bytes
    case .action(let action):
      return NativeEnvelope(nonce: content.nonce, action: action.canonicalBytes).seal(
        domainSeparator: domainSeparator, authority: authority)
    case .relay(let transaction, _): return transaction.seal(genesis.relay, authority: authority)
    }
  }

  /// Takes the nonce, which stays taken when the action is refused. Rule GMX-101.
  public func charge(
    _ transaction: AuthenticatedTransaction<GMXContent>, state: inout GMXState, block: BlockContext
  ) throws(GMXRefusal) {
    if transaction.isProposer { return }
    if case .relay(_, let digest) = transaction.content.body {
      return try state.validateUnused(digest, by: transaction.signer)
    }
    try state.takeNonce(transaction.content.nonce, of: transaction.signer, at: block.time)
  }

  public func execute(
    _ transaction: AuthenticatedTransaction<GMXContent>, state: inout GMXState, block: BlockContext,
    events: inout EventSink<GMXEvent>
  ) throws(GMXRefusal) -> [UInt8] {
    var context = ExecutionContext(time: block.seconds, isRecording: events.isRecording)
    let answer: GMXAnswer
    switch transaction.content.body {
    case .proposer(let action):
      guard transaction.isProposer else { throw .kernel(.proposerOnly) }
      answer = try state.atomically { (state) throws(GMXRefusal) in try state.perform(action, &context) }
    case .action(let action):
      guard !transaction.isProposer else { throw .kernel(.signatureMissing) }
      answer = try state.atomically { (state) throws(GMXRefusal) in
        try state.perform(action, by: transaction.signer, &context)
      }
    case .relay(let relay, let digest):
      let call = RelayedCall(
        transaction: relay, digest: digest, signer: transaction.signer, approver: transaction.cosigners.first)
      answer = try state.perform(call, genesis.relay, &context)
    }
    if events.isRecording {
      state.report(context, answer, transaction.content, by: transaction.signer, to: &events)
    }
    return answer.canonicalBytes
  }

  public func beginBlock(state: inout GMXState, block: BlockContext, events: inout EventSink<GMXEvent>) {}

  public func endBlock(state: inout GMXState, block: BlockContext, events: inout EventSink<GMXEvent>) {}
}

extension BlockContext {
  /// The contracts' clock.
  var seconds: UInt64 { UInt64(max(0, time) / 1_000) }
}

extension GMXState {
  /// The day that a nonce may lie ahead of the block, in milliseconds.
  static let nonceLead: Int64 = 86_400_000

  /// A nonce is above the account's last, and no more than a day above the block's time in milliseconds; so one number
  /// an account is kept. Rule GMX-101.
  mutating func takeNonce(_ nonce: UInt64, of signer: Address, at time: Int64) throws(GMXRefusal) {
    if Holder.isHouse(signer) { throw .houseAccount(signer) }
    let highest = UInt64(max(0, time)) + UInt64(Self.nonceLead)
    if nonce > highest { throw .nonceTooHigh(nonce, highest: highest) }
    if let last = nonces[signer]?.last, nonce <= last { throw .nonceUsed(nonce, last: last) }
    nonces.set(signer, NonceRecord(last: nonce))
  }

  /// Undoes its own writes when it refuses, so that the chain has nothing to undo and derived structures stay.
  mutating func atomically<Result>(
    _ body: (inout GMXState) throws(GMXRefusal) -> Result
  ) throws(GMXRefusal) -> Result {
    openSavepoint()
    do throws(GMXRefusal) {
      let result = try body(&self)
      keepSavepoint()
      return result
    } catch {
      undoSavepoint()
      throw error
    }
  }
}

extension Holder {
  /// Who holds first liquidity for ever. Rule GMX-114.
  public static let founder = Address(word0: 9, word1: 0, word2: 0)

  /// Nobody signs for these.
  static func isHouse(_ address: Address) -> Bool { address.word1 == 0 && address.word0 < 16 }
}
