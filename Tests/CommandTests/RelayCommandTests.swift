import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// Relays as processes, between a coordinator and workers.
  @Suite struct RelayCommandTests {
    @Test func aTreeOfRelaysGivesTheSameBits() throws {
      let run = try Run(["steps=1000000", "validation={every: 20, tasks: 5}"])
      let (upper, lower) = (run.place("upper"), run.place("lower"))
      let coordinator = try run.coordinate(["--metrics-every", "1"])
      let relays = [try run.relay(at: upper), try run.relay(at: lower, below: upper)]
      let workers = [
        try run.work(["--draws"]), try run.work(at: upper),
        try run.work(["--threads", "2", "--draws"], at: lower),
        try run.work(at: lower),
      ]
      try run.passes(60, coordinator)
      for command in [coordinator] + relays + workers {
        command.send(SIGTERM)
        #expect(try command.outcome().ending == .exit(0), "\(command.errors)")
      }
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
    }

    @Test func aRelayMayDieLikeAWorker() throws {
      let run = try Run.endless()
      let place = run.place("relay")
      let coordinator = try run.coordinate(["--metrics-every", "1", "--patience", "2"])
      let workers = try (0..<2).map { _ in try run.work(at: place) }
      for (step, signal) in [(20, SIGKILL), (60, SIGTERM), (100, SIGKILL)] {
        let relay = try run.relay(at: place)
        try run.passes(step, coordinator)
        relay.send(signal)
        _ = try relay.outcome()
      }
      let last = try run.relay(at: place)
      try run.passes(140, coordinator)
      workers[0].send(SIGKILL)
      try run.passes(160, coordinator)
      coordinator.send(SIGTERM)
      #expect(try coordinator.outcome().ending == .exit(0))
      #expect(last.isRunning && workers[1].isRunning, "they wait for the coordinator")
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
    }

    @Test func aRelayGivesUpWaiting() throws {
      let run = try Run()
      let outcome = try Command([
        "relay", "--connect", run.address, "--bind", run.place("relay"), "--wait", "0.2",
      ]).outcome()
      #expect(outcome.ending == .exit(69))
      #expect(outcome.errors.contains("no coordinator answered at \(run.address)"))
    }

    @Test func aRelayIsNoOpenDoor() throws {
      let outcome = try Command.run([
        "relay", "--connect", "ipc://nowhere", "--bind", "tcp://0.0.0.0:*",
      ])
      #expect(outcome.ending == .exit(64))
      #expect(outcome.errors.contains("can be reached from other machines"))
    }
  }
}
