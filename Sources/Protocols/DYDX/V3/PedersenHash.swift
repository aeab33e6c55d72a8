public import Quantities

/// StarkEx's hash of two field elements: the x coordinate of a sum of points, one for each bit that is set.
///
/// The low 248 bits of an argument count multiples of one point, the high 4 those of another. The points are constants
/// of StarkEx (made from the digits of pi): public figures, as in the package `dydx-v3-python` 2.1.0.
public enum PedersenHash {
  private static let shift = ProjectivePoint(
    StarkPoint(
      constant: 0x049e_e3eb_a8c1_6007_00ee_1b87_eb59_9f16_716b_0b10_2294_7733_551f_de40_50ca_6804,
      0x03ca_0cfe_4b3b_c6dd_f346_d49d_06ea_0ed3_4e62_1062_c0e0_56c1_d040_5d26_6e10_268a))
  private static let first = FixedMultiples(
    base: StarkPoint(
      constant: 0x0234_287d_cbaf_fe7f_969c_7486_55fc_a9e5_8fa8_120b_6d56_eb0c_1080_d179_57eb_e47b,
      0x03b0_56f1_00f9_6fb2_1e88_9527_d41f_4e39_9401_35dd_7a6c_94cc_6ed0_268e_e89e_5615),
    top: StarkPoint(
      constant: 0x04fa_56f3_76c8_3db3_3f9d_ab26_5655_8f33_9909_9ec1_de5e_3018_b7a6_932d_ba8a_a378,
      0x03fa_0984_c931_c9e3_8113_e0c0_e47e_4401_5627_61f9_2a7a_23b4_5168_f4e8_0ff5_b54d))
  private static let second = FixedMultiples(
    base: StarkPoint(
      constant: 0x04ba_4cc1_66be_8dec_7649_10f7_5b45_f74b_40c6_90c7_4709_e90f_3aa3_72f0_bd2d_6997,
      0x0040_301c_f5c1_751f_4b97_1e46_c4ed_e85f_cac5_c59a_5ce5_ae7c_4815_1f27_b24b_219c),
    top: StarkPoint(
      constant: 0x0543_02dc_b0e6_cc1c_6e44_cca8_f61a_63bb_2ca6_5048_d53f_b325_d36f_f12c_49a5_8202,
      0x01b7_7b3e_37d1_3504_b348_0462_68d8_ae25_ce98_ad78_3c25_561a_879d_cc77_e99c_2426))

  /// The hash of two numbers below the field's prime.
  public static func hash(_ left: StarkElement, _ right: StarkElement) -> StarkElement {
    let sum = second.added(right.value, to: first.added(left.value, to: shift))
    // No two of the points are related in a known way, so that a sum at infinity cannot be found on purpose.
    return sum.affine?.x ?? .zero
  }

  /// Nil when one of the numbers is not below the field's prime.
  public static func hash(_ left: UInt256, _ right: UInt256) -> UInt256? {
    guard let left = StarkElement(left), let right = StarkElement(right) else { return nil }
    return hash(left, right).value
  }
}
