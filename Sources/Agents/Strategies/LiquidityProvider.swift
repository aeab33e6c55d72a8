import Quantities
import VenueKit

/// Provides once; redeems at a time, or when the share price has fallen far from its best.
struct LiquidityProvider: Strategy {
  private let parameters: PersonParameters
  private let poolName: String?
  private var hasProvided = false
  private var hasRedeemed = false
  private var bestSharePrice: Int128 = 0

  init(_ parameters: PersonParameters, pool: String?) {
    self.parameters = parameters
    poolName = pool
  }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let pause = parameters.interval("check")
    guard let pool = view.pool(named: poolName) else { return Decision(pause: pause) }
    bestSharePrice = max(bestSharePrice, pool.sharePrice)
    let elapsed = Int128(view.elapsed)
    if !hasProvided {
      let amount = scaled(view.account.withdrawable, parameters["provide"], CommonScale.one)
      guard elapsed >= parameters["at"], amount > 0 else { return Decision(pause: pause) }
      hasProvided = true
      return Decision([.provide(pool: pool.name, amount: amount)], pause: pause)
    }
    let isTime = parameters["redeem"] > 0 && elapsed >= parameters["redeem"]
    let fall = -relativeMove(from: bestSharePrice, to: pool.sharePrice)
    let isPanic = parameters["panic"] > 0 && fall >= parameters["panic"]
    // Tried again at every look until the shares are gone: a pool may hold them for a while.
    guard (isTime || isPanic || hasRedeemed), view.account.provided > 0 else { return Decision(pause: pause) }
    hasRedeemed = true
    return Decision([.redeem(pool: pool.name, partsPerMillion: 1_000_000)], pause: max(pause, 60_000))
  }
}
