import Canonical
import Chain
import ConformanceKit
import StateStore

/// CometBFT headers, transaction and result hashes.
enum HeaderCases {
  static let header = CaseKind(
    order: [
      "app_hash", "chain_id", "consensus_hash", "data_hash", "evidence_hash", "hash", "height", "last_block_id",
      "last_commit_hash", "last_results_hash", "next_validators_hash", "proposer_address", "time", "validators_hash",
      "version",
    ]
  ) { (reader) throws(CaseFailure) in
    let version = try nested(&reader, "version", ["app", "block"])
    let last = try nested(&reader, "last_block_id", ["hash", "parts_hash", "parts_total"])
    guard let app = version[0].uint64, let block = version[1].uint64,
      let total = last[2].integer(as: UInt32.self)
    else { throw CaseFailure("version", "not whole numbers") }
    var header = BlockHeader(
      appVersion: app, chainID: try reader.text("chain_id"), height: try reader.uint64("height"),
      time: try RFC3339.parse(reader.text("time")), proposer: try reader.address("proposer_address"))
    header.blockVersion = block
    header.lastBlockHash = try hash(last[0], "last_block_id.hash")
    header.lastPartsHash = try hash(last[1], "last_block_id.parts_hash")
    header.lastPartsTotal = total
    header.lastCommitHash = try hash(reader.value("last_commit_hash"), "last_commit_hash")
    header.dataHash = try hash(reader.value("data_hash"), "data_hash")
    header.validatorsHash = try hash(reader.value("validators_hash"), "validators_hash")
    header.nextValidatorsHash = try hash(reader.value("next_validators_hash"), "next_validators_hash")
    header.consensusHash = try hash(reader.value("consensus_hash"), "consensus_hash")
    header.appHash = try hash(reader.value("app_hash"), "app_hash")
    header.lastResultsHash = try hash(reader.value("last_results_hash"), "last_results_hash")
    header.evidenceHash = try hash(reader.value("evidence_hash"), "evidence_hash")
    reader.expect("hash", .string(header.hash.hex.uppercased()))
  }

  /// Two forms: `txs` with the data hash, or the bytes of results with theirs.
  static let results = CaseKind(order: ["data_hash", "txs", "last_results_hash", "leaves", "of"]) {
    (reader) throws(CaseFailure) in
    reader.labels("of")
    guard reader.given("txs") != nil || reader.given("leaves") != nil else {
      throw CaseFailure("txs", "neither transactions nor results")
    }
    if reader.given("txs") != nil {
      reader.expect("data_hash", .string(BlockHeader.dataHash(of: try reader.byteLists("txs")).hex))
    }
    if reader.given("leaves") != nil {
      let leaves = try reader.byteLists("leaves")
      reader.expect("last_results_hash", .string(RFC6962.root(of: leaves).hex))
    }
  }

  /// The members of an object, which must be exactly these.
  private static func nested(
    _ reader: inout CaseReader, _ key: String, _ names: [String]
  ) throws(CaseFailure) -> [JSONValue] {
    let value = try reader.value(key)
    for member in value.members ?? [] where !names.contains(member.key) {
      throw CaseFailure(key + "." + member.key, "no runner reads this field")
    }
    var result: [JSONValue] = []
    for name in names {
      guard let inner = value[name] else { throw CaseFailure(key + "." + name, "the field is missing") }
      result.append(inner)
    }
    return result
  }

  /// Nil for the empty text.
  private static func hash(_ value: JSONValue, _ field: String) throws(CaseFailure) -> Hash32? {
    let bytes = try CaseReader.bytes(value, field)
    if bytes.isEmpty { return nil }
    guard let hash = Hash32(bytes) else { throw CaseFailure(field, "not 32 bytes") }
    return hash
  }
}

/// Times such as `2024-06-01T12:00:00.123456789Z`.
enum RFC3339 {
  static func parse(_ text: String) throws(CaseFailure) -> BlockTime {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 60
    else { throw CaseFailure("time", "not a UTC time") }
    var nanoseconds = 0
    if bytes.count > 20 {
      let fraction = bytes[20..<bytes.count - 1]
      guard bytes[19] == UInt8(ascii: "."), fraction.count <= 9, let value = number(fraction) else {
        throw CaseFailure("time", "not a fraction of a second")
      }
      nanoseconds = value
      for _ in fraction.count..<9 { nanoseconds *= 10 }
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    return BlockTime(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds))
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Days from 1970-01-01 of a date of the Gregorian calendar: years are counted from March, eras are 400 years.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
