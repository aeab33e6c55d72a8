import Quantities

/// A point of a curve y^2 = x^3 + a x + b by its coordinates; never the one at infinity.
struct StarkPoint: Sendable, Hashable {
  var x: StarkElement
  var y: StarkElement

  init(_ x: StarkElement, _ y: StarkElement) {
    self.x = x
    self.y = y
  }

  init(constant x: UInt256, _ y: UInt256) {
    self.init(StarkElement(constant: x), StarkElement(constant: y))
  }
}

/// A point as (x / z^2, y / z^3); z is zero at infinity. The formulas are the usual ones of Jacobian coordinates.
struct ProjectivePoint: Sendable {
  var x: StarkElement
  var y: StarkElement
  var z: StarkElement

  static let infinity = ProjectivePoint(x: .one, y: .one, z: .zero)

  init(x: StarkElement, y: StarkElement, z: StarkElement) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ point: StarkPoint) { self.init(x: point.x, y: point.y, z: .one) }

  var isInfinity: Bool { z.isZero }

  /// Nil at infinity.
  var affine: StarkPoint? {
    guard !isInfinity else { return nil }
    let inverse = z.inverse
    let square = inverse.squared
    return StarkPoint(x * square, y * square * inverse)
  }

  /// Twice the point, on a curve with this coefficient a.
  func doubled(a: StarkElement) -> ProjectivePoint {
    let (xx, yy, zz) = (x.squared, y.squared, z.squared)
    let yyyy = yy.squared
    let s = ((x + yy).squared - xx - yyyy).doubled
    let m = xx.doubled + xx + a * zz.squared
    let newX = m.squared - s.doubled
    let newY = m * (s - newX) - yyyy.doubled.doubled.doubled
    return ProjectivePoint(x: newX, y: newY, z: (y + z).squared - yy - zz)
  }

  func adding(_ other: ProjectivePoint, a: StarkElement) -> ProjectivePoint {
    if isInfinity { return other }
    if other.isInfinity { return self }
    let (zz, otherZZ) = (z.squared, other.z.squared)
    let (u, otherU) = (x * otherZZ, other.x * zz)
    let (s, otherS) = (y * other.z * otherZZ, other.y * z * zz)
    let width = (z + other.z).squared - zz - otherZZ
    return Self.sum(u, s, otherU, otherS, width: width) ?? (s == otherS ? doubled(a: a) : .infinity)
  }

  func adding(_ other: StarkPoint, a: StarkElement) -> ProjectivePoint {
    if isInfinity { return ProjectivePoint(other) }
    let zz = z.squared
    let (otherU, otherS) = (other.x * zz, other.y * z * zz)
    return Self.sum(x, y, otherU, otherS, width: z.doubled) ?? (y == otherS ? doubled(a: a) : .infinity)
  }

  /// The sum of two points over a common denominator; `width` is twice the product of their z. Nil for equal x.
  private static func sum(
    _ x: StarkElement, _ y: StarkElement, _ otherX: StarkElement, _ otherY: StarkElement, width: StarkElement
  ) -> ProjectivePoint? {
    let h = otherX - x
    if h.isZero { return nil }
    let i = h.doubled.squared
    let j = h * i
    let r = (otherY - y).doubled
    let v = x * i
    let newX = r.squared - j - v.doubled
    return ProjectivePoint(x: newX, y: r * (v - newX) - (y * j).doubled, z: width * h)
  }

  /// The point times a number of at most 252 bits, four bits at a time.
  func times(_ factor: UInt256, a: StarkElement) -> ProjectivePoint {
    var multiples = [ProjectivePoint.infinity, self]
    for index in 2..<16 { multiples.append(multiples[index - 1].adding(self, a: a)) }
    var result = ProjectivePoint.infinity
    for digit in stride(from: StarkCurve.digits - 1, through: 0, by: -1) {
      for _ in 0..<4 { result = result.doubled(a: a) }
      let value = StarkCurve.digit(digit, of: factor)
      if value > 0 { result = result.adding(multiples[value], a: a) }
    }
    return result
  }
}

/// The Stark curve y^2 = x^3 + x + b.
enum StarkCurve {
  /// How many digits of four bits a number below the group's order has.
  static let digits = 63
  static let a = StarkElement.one
  static let b = StarkElement(
    constant: 0x06f2_1413_efbe_40de_150e_596d_72f7_a8c5_609a_d26c_15c9_15c1_f4cd_fcb9_9cee_9e89)
  /// The number of points; prime.
  static let order: UInt256 = 0x0800_0000_0000_0010_ffff_ffff_ffff_ffff_b781_126d_cae7_b232_1e66_a241_adc6_4d2f
  static let generator = StarkPoint(
    constant: 0x01ef_15c1_8599_971b_7bec_ed41_5a40_f0c7_deac_fd9b_0d18_19e0_3d72_3d8b_c943_cfca,
    0x0056_6806_0aa4_9730_b7be_4801_df46_ec62_de53_ecd1_1abe_43a3_2873_000c_36e8_dc1f)
  private static let multiples = FixedMultiples(base: generator, top: nil)

  static func digit(_ index: Int, of number: UInt256) -> Int {
    Int(truncatingIfNeeded: (number >> (4 * index)).word0 & 15)
  }

  /// The generator times a number below the order.
  static func generatorTimes(_ factor: UInt256) -> ProjectivePoint { multiples.added(factor, to: .infinity) }

  /// x^3 + x + b.
  static func squareOfY(x: StarkElement) -> StarkElement { x.squared * x + x + b }

  /// `factor * other` modulo the order, for numbers below it.
  static func product(_ factor: UInt256, _ other: UInt256) -> UInt256 {
    let (high, low) = factor.multipliedFullWidth(by: other)
    return UInt256.divideFullWidth(high: high, low: low, by: order).remainder
  }

  static func sum(_ left: UInt256, _ right: UInt256) -> UInt256 {
    let sum = left &+ right
    return sum < order ? sum : sum &- order
  }

  /// The inverse modulo the order, which is prime; zero for zero.
  static func inverse(_ number: UInt256) -> UInt256 {
    let exponent = order &- 2
    var result = UInt256.one
    for bit in stride(from: exponent.significantBitCount - 1, through: 0, by: -1) {
      result = product(result, result)
      if !((exponent >> bit) & .one).isZero { result = product(result, number) }
    }
    return result
  }
}

/// All multiples d * 16^i of a point for the digits d of 1...15: a product is then at most 63 additions.
struct FixedMultiples: Sendable {
  private let points: [StarkPoint]

  /// With `top`, the highest digit (bits 248 to 251) counts multiples of another point.
  init(base: StarkPoint, top: StarkPoint?) {
    var all: [ProjectivePoint] = []
    all.reserveCapacity(StarkCurve.digits * 15)
    var unit = ProjectivePoint(base)
    for digit in 0..<StarkCurve.digits {
      if digit == StarkCurve.digits - 1, let top { unit = ProjectivePoint(top) }
      var multiple = unit
      for _ in 1...15 {
        all.append(multiple)
        multiple = multiple.adding(unit, a: StarkCurve.a)
      }
      unit = multiple
    }
    points = Self.normalised(all)
  }

  /// One inversion for all: the running products are taken apart from the end.
  private static func normalised(_ all: [ProjectivePoint]) -> [StarkPoint] {
    var products = [StarkElement.one]
    for point in all { products.append(products[products.count - 1] * point.z) }
    var inverse = products[all.count].inverse
    var result: [StarkPoint] = []
    result.reserveCapacity(all.count)
    for index in all.indices.reversed() {
      let own = inverse * products[index]
      inverse = inverse * all[index].z
      let square = own.squared
      result.append(StarkPoint(all[index].x * square, all[index].y * square * own))
    }
    return result.reversed()
  }

  /// `start + factor * base`.
  func added(_ factor: UInt256, to start: ProjectivePoint) -> ProjectivePoint {
    var result = start
    for digit in 0..<StarkCurve.digits {
      let value = StarkCurve.digit(digit, of: factor)
      if value > 0 { result = result.adding(points[digit * 15 + value - 1], a: StarkCurve.a) }
    }
    return result
  }
}
