import Agents

extension Scenario {
  /// The scenario with every default written out, in one fixed form: what a run's identity hashes. Reading it gives the
  /// same scenario.
  public var resolvedText: String { node.yaml() }

  var node: ScenarioNode {
    .table([
      ("name", .text(name)),
      ("title", .text(title)),
      ("seed", .text(seed)),
      (
        "clock",
        .table([
          ("start", .text(TimeText.write(clock.start))),
          ("duration", duration(clock.duration)),
          ("block", duration(clock.block)),
        ])
      ),
      ("markets", .table(markets.map { ($0.symbol, node($0)) })),
      ("venues", .list(venues.map(node))),
      ("people", .list(people.map(node))),
      ("shocks", .list(shocks.map(node))),
      ("metrics", .table([("every", duration(metricsInterval))])),
      ("assertions", .list(assertions.map(node))),
      (
        "sweep", .list(axes.map { .table([("path", .text($0.path)), ("values", .list($0.values.map { .text($0) }))]) })
      ),
    ])
  }

  private func duration(_ value: Int64) -> ScenarioNode { .text(QuantityText.writeDuration(Int128(value))) }

  private func ratio(_ value: Int128) -> ScenarioNode { .text(QuantityText.write(value, as: .ratio)) }

  private func money(_ value: Int128) -> ScenarioNode { .text(QuantityText.write(value, as: .money)) }

  private func node(_ market: MarketScenario) -> ScenarioNode {
    let path: ScenarioNode
    switch market.path {
    case .csv(let file, let sha256, let time, let price, let volatility):
      path = .table([
        (
          "csv",
          .table([
            ("file", .text(file)), ("sha256", sha256.map { .text($0) }), ("time", .text(time)), ("price", .text(price)),
            ("volatility", ratio(volatility)),
          ])
        )
      ])
    case .gbm(let start, let drift, let volatility):
      path = .table([
        ("gbm", .table([("start", money(start)), ("drift", ratio(drift)), ("volatility", ratio(volatility))]))
      ])
    case .jumps(let start, let drift, let volatility, let rate, let mean, let deviation):
      path = .table([
        (
          "jumps",
          .table([
            ("start", money(start)), ("drift", ratio(drift)), ("volatility", ratio(volatility)),
            ("rate", .text(QuantityText.write(rate, as: .rate))), ("mean", ratio(mean)),
            ("deviation", ratio(deviation)),
          ])
        )
      ])
    }
    let oracle = market.oracle
    return .table([
      ("path", path),
      (
        "oracle",
        .table([
          ("every", duration(oracle.every)), ("noise", ratio(oracle.noise)), ("delay", duration(oracle.delay)),
          ("basis", ratio(oracle.basis)),
        ])
      ),
    ])
  }

  private func node(_ venue: VenueScenario) -> ScenarioNode {
    .table([
      ("name", .text(venue.name)), ("room", .text(venue.room)), ("preset", venue.preset.map { .text($0) }),
      ("presetSHA256", venue.presetSHA256.map { .text($0) }),
      ("overrides", .table(venue.overrides.map { ($0.path, .text($0.value)) })), ("block", duration(venue.block)),
    ])
  }

  private func node(_ group: PeopleGroup) -> ScenarioNode {
    let head: [(String, ScenarioNode?)] = [
      ("name", .text(group.name)), ("role", .text(group.role.rawValue)), ("count", .text(group.count)),
      ("market", .text(group.market)), ("pool", group.pool.map { .text($0) }),
    ]
    return .table(
      head
        + group.role.parameters.map { schema in
          (schema.key, DistributionText.write(group.parameters[schema.key] ?? schema.fallback, as: schema.kind))
        })
  }

  private func node(_ shock: Shock) -> ScenarioNode {
    switch shock {
    case .move(let at, let market, let move, let over):
      .table([("at", duration(at)), ("market", .text(market)), ("move", ratio(move)), ("over", duration(over))])
    case .withdraw(let at, let group, let length):
      .table([("at", duration(at)), ("withdraw", .text(group)), ("for", duration(length))])
    case .silence(let at, let market, let length):
      .table([("at", duration(at)), ("silence", .text(market)), ("for", duration(length))])
    }
  }

  private func node(_ assertion: Assertion) -> ScenarioNode {
    .table([
      ("metric", .text(assertion.metric.rawValue)), ("venue", assertion.venue.map { .text($0) }),
      ("compare", .text(assertion.comparison.rawValue)),
      ("value", .text(QuantityText.write(assertion.value, as: assertion.metric.kind))),
    ])
  }
}
