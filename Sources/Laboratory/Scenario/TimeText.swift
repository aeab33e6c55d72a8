/// ISO 8601 in UTC, `2025-10-10T20:00:00Z` with up to three decimals of a second, read and written by hand: no locale and
/// no time zone can change it.
enum TimeText {
  /// Unix milliseconds; nil for anything but the one form.
  static func read(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == 0x5A else { return nil }
    for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] where bytes[index] != mark.utf8.first {
      return nil
    }
    guard let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]), let day = digits(bytes[8..<10]),
      let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]), let second = digits(bytes[17..<19])
    else { return nil }
    guard (1970...9999).contains(year), (1...12).contains(month), (1...daysInMonth(year, month)).contains(day),
      hour < 24,
      minute < 60, second < 60
    else { return nil }
    var milliseconds: Int64 = 0
    if bytes.count > 20 {
      let fraction = bytes[20..<bytes.count - 1]
      guard bytes[19] == 0x2E, (1...3).contains(fraction.count), let value = digits(fraction) else { return nil }
      milliseconds = fraction.count == 1 ? value * 100 : fraction.count == 2 ? value * 10 : value
    }
    let days = daysSinceEpoch(year, month, day)
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + milliseconds
  }

  /// With milliseconds only where they are not zero.
  static func write(_ time: Int64) -> String {
    let days = time >= 0 ? time / 86_400_000 : (time - 86_399_999) / 86_400_000
    let rest = time - days * 86_400_000
    let (year, month, day) = civil(days)
    let fraction = rest % 1_000
    let clock =
      "\(pad(rest / 3_600_000, 2)):\(pad(rest / 60_000 % 60, 2)):\(pad(rest / 1_000 % 60, 2))"
      + (fraction == 0 ? "" : ".\(pad(fraction, 3))")
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(clock)Z"
  }

  /// `21:05`, for the axes of pictures.
  static func clock(_ time: Int64, seconds: Bool = false) -> String {
    let minutes = "\(pad(time / 3_600_000 % 24, 2)):\(pad(time / 60_000 % 60, 2))"
    return seconds ? "\(minutes):\(pad(time / 1_000 % 60, 2))" : minutes
  }

  private static func digits(_ bytes: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
      guard byte >= 0x30 && byte <= 0x39 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return value
  }

  static func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Years begin in March here, so that the leap day is a year's last.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
  }
}
