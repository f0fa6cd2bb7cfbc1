import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// A relay proves who it is to the coordinator, and lets in by its own list.
  @Suite struct KeyedRelayTests {
    @Test func aRelayHasOnePairOfKeysForBothSides() throws {
      let scratch = try Scratch()
      func keys(_ arguments: String...) throws {
        let outcome = try Command.run(["keys"] + arguments, in: scratch.path)
        #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      }
      func copy(_ from: String, _ to: String) throws {
        try FileManager.default.copyItem(atPath: scratch.file(from), toPath: scratch.file(to))
      }
      try keys("new", "coordinator", "--keys", "top")
      try keys("new", "relay", "--keys", "middle")
      try copy("top/coordinator.public", "middle/coordinator.public")
      try keys("allow", "middle/relay.public", "--keys", "top")
      try keys("new", "worker", "--keys", "bottom")
      try copy("middle/relay.public", "bottom/coordinator.public")
      try keys("allow", "bottom/worker.public", "--keys", "middle")

      let run = try Run(["steps=60"])
      let address = "ipc://" + scratch.file("relay")
      let coordinator = try run.coordinate(["--keys", scratch.file("top")])
      let relay = try Command([
        "relay", "--connect", run.address, "--bind", address, "--keys", scratch.file("middle"),
      ])
      let stranger = try Command(["worker", "--connect", address])
      let worker = try Command(["worker", "--connect", address, "--keys", scratch.file("bottom")])
      #expect(try coordinator.outcome().ending == .exit(0), "\(coordinator.errors)")
      #expect(try relay.outcome().ending == .exit(0), "\(relay.errors)")
      // The relay's last word may be lost with it; then the worker waits for another relay.
      withExtendedLifetime(worker) {}
      #expect(stranger.isRunning)
      #expect(try run.checkpoint() == run.serial())
    }
  }
}
