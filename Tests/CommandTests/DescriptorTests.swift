import Checkpoints
import Foundation
import RawPeers
import Testing

extension CommandTests {
  /// A coordinator that may open few files, and more connections than it can have.
  @Suite struct DescriptorTests {
    @Test func aCoordinatorOutOfDescriptorsGoesOn() throws {
      let run = try Run(["steps=1000000", "checkpoint.every=1"])
      let coordinator = try run.train(
        ["--workers", "1", "--metrics-every", "1", "--bind", "tcp://127.0.0.1:*"],
        // What it has inherited must stay below the limit, or it cannot start its worker.
        shell: #"ulimit -n $(($(ls /proc/self/fd | sort -n | tail -n 1) + 64)); exec "$@""#)
      try run.passes(5, coordinator)
      let address = String(
        try #require(coordinator.errors.firstMatch(of: /tcp:\/\/127.0.0.1:\d+/)).0)
      // Connections that say nothing.
      var crowd = try (0..<400).map { _ in try RawPeer(address) }
      try run.passes(try #require(run.recordedSteps().last) + 100, coordinator)

      // Who comes now waits until there is room.
      let late = try run.work(["--wait", "60"], at: address)
      try run.passes(try #require(run.recordedSteps().last) + 20, coordinator)
      crowd.removeAll()
      try run.has(2, coordinator)
      for command in [coordinator, late] {
        command.send(SIGTERM)
        #expect(try command.outcome().ending == .exit(0), "\(command.errors)")
      }
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
    }
  }
}
