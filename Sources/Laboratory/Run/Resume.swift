import Canonical
import Chain
import Foundation
import Storage

/// Goes on with a run that was cut off.
///
/// People keep no state on the disk, so the run is made again from its first block, from the resolved scenario and the
/// inputs in its folder. Every block that the logs of the cut run hold must come out with the same root, otherwise the
/// exit code is 4; then the run goes on to its end. The old logs stay where they are until the new ones hold all that
/// they held, so a second cut loses nothing either. A signed run stays signed.
public func resume(
  folder: String, options: RunOptions = RunOptions(), rooms: [LaboratoryRoom], console: RunConsole = .silent
) throws -> RunOutcome {
  let loaded = try ScenarioLoader(file: "\(folder)/scenario.yaml", rooms: rooms, sets: [], seed: nil).load()
  let identity = Runner.identity(of: loaded.scenario, rooms: rooms)
  let lock = try RunLock(folder)
  defer { lock.release() }
  var options = options
  options.signed = options.signed || RunFolder.isSigned(folder)
  try demandIdentity(identity, folder: folder)
  let attempts = try attempts(in: folder)
  let fresh = "chain-\((attempts.compactMap(number(of:)).max() ?? 0) + 1)"
  var runner = try Runner(
    loaded: loaded, identity: identity, folder: folder, options: options, console: console, rooms: rooms,
    chainFolder: fresh)
  for venue in loaded.scenario.venues {
    let known = try attempts.map { try loggedRoots("\(folder)/\($0)/\(venue.name)") }
    runner.expected[venue.name] = known.max { $0.count < $1.count } ?? []
  }
  let outcome = try carryOut(&runner)
  guard outcome.exitCode != 4 else { return outcome }
  runner.venues = []
  try replaceChains(attempts, by: fresh, in: folder)
  return outcome
}

/// The chains that cut runs left: `chain`, `chain-1`, `chain-2`, ... with gaps where a kill fell between a removal and the
/// renaming after it.
private func attempts(in folder: String) throws(RunError) -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { number(of: $0) != nil }.sorted()
  } catch {
    throw .file(path: folder, problem: "cannot be read")
  }
}

/// 0 for `chain`, 7 for `chain-7`, nil for any other name.
private func number(of name: String) -> Int? {
  if name == "chain" { return 0 }
  return name.hasPrefix("chain-") ? Int(name.dropFirst("chain-".count)) : nil
}

/// A folder made by other code, or changed since, is not gone on with.
private func demandIdentity(_ identity: String, folder: String) throws(RunError) {
  let path = "\(folder)/manifest.json"
  guard let data = FileManager.default.contents(atPath: path), let manifest = try? JSONValue(parsing: Array(data))
  else {
    throw .file(path: path, problem: "is no run's manifest")
  }
  guard manifest["identity"]?.string == identity else {
    throw .file(path: path, problem: "tells of another run: identity \(identity) comes out of the folder's scenario")
  }
}

/// The state root after each block of a log, up to a torn end.
private func loggedRoots(_ folder: String) throws(RunError) -> [Hash32] {
  guard FileManager.default.fileExists(atPath: folder) else { return [] }
  var roots: [Hash32] = []
  do {
    var reader = try BlockLogReader(folder: folder)
    while let record = try reader.next() { roots.append(try LogRecord(canonicalBytes: record.payload).resultRoot) }
  } catch {
    throw .file(path: folder, problem: "the block log cannot be read: \(error)")
  }
  return roots
}

private func replaceChains(_ attempts: [String], by fresh: String, in folder: String) throws(RunError) {
  do {
    for attempt in attempts where FileManager.default.fileExists(atPath: "\(folder)/\(attempt)") {
      try FileManager.default.removeItem(atPath: "\(folder)/\(attempt)")
    }
    try FileManager.default.moveItem(atPath: "\(folder)/\(fresh)", toPath: "\(folder)/chain")
  } catch {
    throw .file(path: "\(folder)/\(fresh)", problem: "cannot take the old chain's place: \(error.localizedDescription)")
  }
}
