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

  /// The rule of the Specs page under which a module refuses.
  public var rule: String {
    switch codespace {
    case "sdk": "DYDX-130"
    case "clob": clobRule
    case "subaccounts": "DYDX-21"
    case "perpetuals": "DYDX-90"
    case "prices": "DYDX-53"
    case "feetiers": "DYDX-60"
    case "accountplus": "DYDX-150"
    case "vault": "DYDX-160"
    case "sending": "DYDX-88"
    case "affiliates", "revshare", "rewards": "DYDX-190"
    default: "DYDX-10"
    }
  }

  /// The book's codes by what they are about.
  private var clobRule: String {
    switch code {
    case 3...6, 44, 48, 50, 3_000...3_002, 6_000, 6_001, 9_003, 11_000: "DYDX-110"
    case 8, 10...12, 34, 3_003, 3_004: "DYDX-7"
    case 7, 9, 20, 24, 45, 46, 2_004: "DYDX-10"
    case 2_001...2_003, 2_005: "DYDX-11"
    case 29, 32, 42, 43, 3_005...3_010, 4_006, 4_007, 10_001: "DYDX-12"
    case 5_001: "DYDX-18"
    case 1_017...1_021, 4_004, 4_005, 4_008: "DYDX-80"
    case 1_000...1_022: "DYDX-70"
    case 35, 36: "DYDX-53"
    case 11_002...11_004: "DYDX-113"
    case 13...19, 4_000...4_003: "DYDX-40"
    default: "DYDX-10"
    }
  }
}
