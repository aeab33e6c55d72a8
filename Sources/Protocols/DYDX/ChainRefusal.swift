public import Quantities
public import VenueKit

/// Why the room refuses: the chain's own code, arithmetic that the chain would abort on, or what the kernel refuses.
public enum DYDXRefusal: RoomRefusal {
  case kernel(KernelRefusal)
  /// An error of the chain's table, and what it was about.
  case chain(ErrorCode, String)
  case arithmetic(ArithmeticError)

  /// What the kernel finds in a signature or in bytes is told with the chain's own code.
  public init(kernel: KernelRefusal) {
    switch kernel {
    case .signatureInvalid, .signatureHighS:
      self = .chain(.unauthorized, "signature verification failed; account number or chain id? \(kernel.text)")
    case .malformed(let why): self = .chain(.txDecode, why)
    default: self = .kernel(kernel)
    }
  }

  public init(_ error: MathematicsError, _ about: String = "") {
    switch error {
    case .refused(let code): self = .chain(code, about)
    case .arithmetic(let error): self = .arithmetic(error)
    }
  }

  /// The chain's code, where it has one: what a client is answered.
  public var chainCode: ErrorCode? { if case .chain(let code, _) = self { code } else { nil } }

  public var code: UInt32 {
    switch self {
    case .kernel(let refusal): refusal.code
    case .chain(let code, _): code.roomCode
    case .arithmetic(.overflow): 100
    case .arithmetic: 101
    }
  }

  public var name: String {
    switch self {
    case .kernel(let refusal): refusal.name
    case .chain(let code, _): code.name
    case .arithmetic(let error): "\(error)"
    }
  }

  public var rule: String {
    switch self {
    case .kernel(let refusal): refusal.erased.rule
    case .chain(let code, _): code.rule
    case .arithmetic: "DYDX-2"
    }
  }

  public var text: String {
    switch self {
    case .kernel(let refusal): refusal.text
    case .chain(let code, let about):
      about.isEmpty ? "\(code.codespace) \(code.code): \(code.name)" : "\(code.codespace) \(code.code): \(about)"
    case .arithmetic(let error): "a figure of this request cannot be computed: \(error)"
    }
  }

  public var arguments: [RefusalArgument] {
    guard case .chain(let code, let about) = self else { return [] }
    let codes = [RefusalArgument("codespace", code.codespace), RefusalArgument("code", code.code)]
    return about.isEmpty ? codes : codes + [RefusalArgument("about", about)]
  }
}

extension ErrorCode {
  /// The modules that register codes. A module's place, counted from 1, and a hundred thousand make the room's code;
  /// new ones are added at the end.
  static let codespaces = [
    "sdk", "clob", "subaccounts", "perpetuals", "prices", "vault", "sending", "accountplus", "feetiers", "assets",
    "listing", "revshare", "affiliates", "rewards", "ratelimit", "bridge", "epochs", "undefined",
  ]
  private static let codesPerModule: UInt32 = 100_000

  /// The code in receipts: clob's 3006 is 203006. Codes of unknown modules stand behind all others.
  public var roomCode: UInt32 {
    let place = Self.codespaces.firstIndex(of: codespace) ?? Self.codespaces.count
    return UInt32(place + 1) * Self.codesPerModule + code
  }

  /// The section of the Specs page that says when a module refuses.
  public var rule: String {
    switch codespace {
    case "sdk": "DYDX-130"
    case "accountplus": "DYDX-150"
    case "vault": "DYDX-160"
    case "sending": "DYDX-88"
    case "subaccounts": "DYDX-21"
    case "perpetuals": "DYDX-90"
    case "prices": "DYDX-53"
    case "feetiers": "DYDX-60"
    case "affiliates", "revshare", "rewards": "DYDX-190"
    default: "DYDX-10"
    }
  }
}
