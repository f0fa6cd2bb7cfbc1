import ArgumentParser
import Foundation
import NDArrays

/// Feeds a target inputs that no honest peer would send, round after round.
///
/// Every round follows from the seed and its number. The number is in the position file before the
/// round begins, so that even a round that ends the process can be run again.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search for inputs that a part of Outerloop does not stand.")

  @Argument(help: "What to feed: \(Targets.names.joined(separator: ", ")).")
  var target: String

  @Option(help: "Where the inputs come from.")
  var seed: UInt64 = 1

  @Option(help: "How long to go on.")
  var minutes = 1.0

  @Option(help: "Run this round alone, and show its inputs before they are tried.")
  var round: UInt64?

  @Option(help: "Where the number of the round is kept.")
  var position = "fuzz-position"

  func validate() throws {
    guard Targets.named(target) != nil else {
      throw ValidationError("There is no target \(target).")
    }
  }

  func run() throws {
    guard var target = try Targets.named(target)?.init() else { return }
    let key = RandomKey(seed: seed)
    if let round {
      try target.round(key.child(round)) { input in
        // Not held back by any buffer: the input may be the last.
        FileHandle.standardOutput.write(Data((input() + "\n").utf8))
      }
    } else {
      try search(&target, key)
    }
    for line in target.summary { print(line) }
  }

  private func search(_ target: inout some FuzzTarget, _ key: RandomKey) throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(minutes * 60)
    var round: UInt64 = 0
    while clock.now < end {
      try Data("--seed \(seed) --round \(round)\n".utf8).write(to: URL(filePath: position))
      do {
        try target.round(key.child(round)) { _ in }
      } catch let finding as Finding {
        print("--seed \(seed) --round \(round): \(finding.text)")
        throw ExitCode.failure
      }
      round += 1
    }
    print("\(round) rounds from seed \(seed), nothing found")
  }
}
