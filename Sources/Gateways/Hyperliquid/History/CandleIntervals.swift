/// The spans of candles.
public enum CandleInterval: String, Sendable, CaseIterable {
  case oneMinute = "1m"
  case threeMinutes = "3m"
  case fiveMinutes = "5m"
  case fifteenMinutes = "15m"
  case thirtyMinutes = "30m"
  case oneHour = "1h"
  case twoHours = "2h"
  case fourHours = "4h"
  case eightHours = "8h"
  case twelveHours = "12h"
  case oneDay = "1d"
  case threeDays = "3d"
  case oneWeek = "1w"
  case oneMonth = "1M"

  /// Milliseconds; a month's differs.
  var length: Int64? {
    let minute: Int64 = 60_000
    let day = 1_440 * minute
    return switch self {
    case .oneMinute: minute
    case .threeMinutes: 3 * minute
    case .fiveMinutes: 5 * minute
    case .fifteenMinutes: 15 * minute
    case .thirtyMinutes: 30 * minute
    case .oneHour: 60 * minute
    case .twoHours: 120 * minute
    case .fourHours: 240 * minute
    case .eightHours: 480 * minute
    case .twelveHours: 720 * minute
    case .oneDay: day
    case .threeDays: 3 * day
    case .oneWeek: 7 * day
    case .oneMonth: nil
    }
  }

  /// The begin of the span that holds the time. Weeks begin on Mondays (UTC), the others at multiples of their length
  /// since 1970, months at their first midnight.
  func start(of time: Int64) -> Int64 {
    let day: Int64 = 86_400_000
    if self == .oneWeek {
      // 1970 began on a Thursday.
      return time - (time + 3 * day) % (7 * day)
    }
    if let length { return time - time % length }
    let days = time / day
    return (days - Int64(Self.dayOfMonth(days)) + 1) * day
  }

  /// The begin of the next span.
  func end(of start: Int64) -> Int64 {
    if let length { return start + length }
    return self.start(of: start + 32 * 86_400_000)
  }

  /// 1 for the first day; days since 1970, Gregorian.
  static func dayOfMonth(_ days: Int64) -> Int { civilDate(days).day }

  /// The date of a day since 1970.
  static func civilDate(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
    // Years that begin in March, so that the leap day ends one.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    let month = Int(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, day)
  }

  /// `2026-09-25`
  static func dateText(_ days: Int64) -> String {
    let date = civilDate(days)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
  }
}
