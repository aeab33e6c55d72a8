/// A number or name inside a refusal.
public struct RefusalArgument: Sendable, Equatable {
  public let label: String
  public let value: String

  public init(_ label: String, _ value: some CustomStringConvertible) {
    self.label = label
    self.value = value.description
  }
}

/// A room's own refusal type: an enumeration whose cases carry their operands.
public protocol RoomRefusal: Error, Sendable, Equatable {
  /// Stable and never 0: 0 is success in a receipt. The kernel keeps 1 to 99, a room uses 100 and above.
  var code: UInt32 { get }
  /// The case's name, the same in every release.
  var name: String { get }
  /// The rule of the room's Specs page, for example `HL-41`.
  var rule: String { get }
  /// The sentence that the venue itself would answer.
  var text: String { get }
  var arguments: [RefusalArgument] { get }
  /// The largest request that would have passed, where there is one.
  var largestPassing: String? { get }
  /// Wraps what the kernel refuses before a room sees it (bad bytes, bad signature).
  init(kernel: KernelRefusal)
}

extension RoomRefusal {
  public var arguments: [RefusalArgument] { [] }
  public var largestPassing: String? { nil }
  public var erased: Refusal {
    Refusal(code: code, name: name, rule: rule, text: text, arguments: arguments, largestPassing: largestPassing)
  }
}

/// A refusal whose room is no longer known: what receipts, reports and the command line show.
public struct Refusal: Error, Sendable, Equatable {
  public let code: UInt32
  public let name: String
  public let rule: String
  public let text: String
  public let arguments: [RefusalArgument]
  public let largestPassing: String?

  public init(
    code: UInt32, name: String, rule: String, text: String, arguments: [RefusalArgument] = [],
    largestPassing: String? = nil
  ) {
    self.code = code
    self.name = name
    self.rule = rule
    self.text = text
    self.arguments = arguments
    self.largestPassing = largestPassing
  }
}

/// What the kernel refuses on behalf of every room. Codes are stable.
public enum KernelRefusal: Error, Sendable, Equatable {
  /// No transaction at all.
  case emptyTransaction
  /// Longer than `limit` bytes.
  case transactionTooLong(bytes: Int, limit: Int)
  /// A scheme byte that this room does not accept.
  case schemeUnknown(UInt8)
  /// Bytes that are not the one canonical form; says where and why.
  case malformed(String)
  /// A signature that recovers no key.
  case signatureInvalid(String)
  /// A signature with s above half the curve order where the scheme refuses it.
  case signatureHighS
  /// An unsigned envelope on a chain that demands signatures.
  case signatureMissing
  /// Proposer's data from somebody who does not propose.
  case proposerOnly

  public var code: UInt32 {
    switch self {
    case .emptyTransaction: 1
    case .transactionTooLong: 2
    case .schemeUnknown: 3
    case .malformed: 4
    case .signatureInvalid: 5
    case .signatureHighS: 6
    case .signatureMissing: 7
    case .proposerOnly: 8
    }
  }

  public var name: String {
    switch self {
    case .emptyTransaction: "emptyTransaction"
    case .transactionTooLong: "transactionTooLong"
    case .schemeUnknown: "schemeUnknown"
    case .malformed: "malformed"
    case .signatureInvalid: "signatureInvalid"
    case .signatureHighS: "signatureHighS"
    case .signatureMissing: "signatureMissing"
    case .proposerOnly: "proposerOnly"
    }
  }

  public var text: String {
    switch self {
    case .emptyTransaction: "a transaction needs at least a scheme byte"
    case .transactionTooLong(let bytes, let limit): "a transaction of \(bytes) bytes is longer than \(limit)"
    case .schemeUnknown(let scheme): "scheme byte \(scheme) is not accepted here"
    case .malformed(let why): "not the canonical form of a transaction: \(why)"
    case .signatureInvalid(let why): "the signature recovers no signer: \(why)"
    case .signatureHighS: "s is above half the curve order"
    case .signatureMissing: "this chain accepts signed transactions only"
    case .proposerOnly: "only the block's proposer may include this transaction"
    }
  }

  public var erased: Refusal { Refusal(code: code, name: name, rule: "CH-\(20 + code)", text: text) }
}
