/// The files of a run that grow while it goes.
struct RunFiles {
  let metrics: OutputFile
  let trades: OutputFile
  let liquidations: OutputFile
  let roots: OutputFile
  let events: OutputFile

  /// Whatever a run writes into its folder.
  static let all = [
    "manifest.json", "chain", "inputs", "scenario.yaml", "timing.json", "metrics.csv", "trades.csv", "liquidations.csv",
    "roots.csv", "events.jsonl", "comparison.csv", "report.html",
  ]

  init(folder: String) throws(RunError) {
    metrics = try OutputFile("\(folder)/metrics.csv")
    trades = try OutputFile("\(folder)/trades.csv")
    liquidations = try OutputFile("\(folder)/liquidations.csv")
    roots = try OutputFile("\(folder)/roots.csv")
    events = try OutputFile("\(folder)/events.jsonl")
    try metrics.write(VenueRecorder.metricsHeader)
    try trades.write("venue,height,time,market,taker,maker,taker_side,price,size,taker_fee,maker_fee")
    try liquidations.write("venue,height,time,market,account,counterparty,method,price,size,loss")
    try roots.write("venue,height,time,root")
  }

  func flush() throws(RunError) {
    for file in [metrics, trades, liquidations, roots, events] { try file.flush() }
  }

  func close() throws(RunError) {
    for file in [metrics, trades, liquidations, roots, events] { try file.close() }
  }
}
