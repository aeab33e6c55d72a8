public import Quantities

// Rule DYDX-50: when a conditional order comes into force.
public enum Triggers {
  /// Buys that stop a loss and sells that take a profit wait for a price that is at least theirs, the two others for one
  /// that is at most theirs.
  public static func waitsForRise(_ order: ClobOrder) -> Bool { order.isBuy == (order.condition == .stopLoss) }

  /// Orders that a price calls into force. The price is rounded against them: down for those that wait for a rise, up
  /// for the others.
  public static func isTriggered(_ order: ClobOrder, at subticks: Rational) throws(ArithmeticError) -> Bool {
    let trigger = Int256(order.triggerSubticks)
    return waitsForRise(order)
      ? try subticks.rounded(.floor) >= trigger : try subticks.rounded(.ceiling) <= trigger
  }
}
