import Checkpoints
import Execution
import Foundation
import Graphs
import NDArrays
import Testing
import Training

extension CommandTests {
  /// Whoever computes a run, and whatever happens meanwhile, it ends in the same bytes.
  @Suite struct OneResultTests {
    @Test(arguments: 1...4, 1...2)
    func anyNumberOfWorkersAndThreads(workers: Int, threads: Int) throws {
      let run = try Run()
      try finish(run.train(["--workers", "\(workers)", "--threads", "\(threads)"]))
      #expect(try run.checkpoint() == run.serial())
    }

    @Test(arguments: Kernels.available.map(\.name))
    func anyKernels(name: String) throws {
      let run = try Run()
      try finish(run.train(["--workers", "2", "--kernels", name]))
      #expect(try run.checkpoint() == run.serial())
    }

    @Test func anySourceOfEpisodes() throws {
      let (sent, drawn) = (try Run(), try Run(["episodes=drawn-by-worker"]))
      try finish(sent.train(["--workers", "2"]))
      try finish(drawn.train(["--workers", "2"]))
      var expected = try sent.checkpoint()
      expected.plan = try drawn.plan.description
      #expect(try drawn.checkpoint() == expected)
    }

    @Test func workersKilledAgainAndAgain() throws {
      let run = try Run(["steps=300"])
      let command = try run.train(["--workers", "3", "--metrics-every", "1"])
      var killed: [Int32] = []
      for step in stride(from: 0, to: 240, by: 40) {
        try run.passes(step, command)
        killed += try killOne(of: command, except: killed)
      }
      #expect(killed.count >= 4)
      try finish(command)
      #expect(try run.checkpoint() == run.serial())
      #expect(try run.recordedSteps() == Array(1...300))
    }

    @Test func aWorkerStoppedAndContinued() throws {
      let run = try Run(["steps=120"])
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(10, command)
      let worker = try #require(try Processes.children(of: command.id).first)
      kill(worker, SIGSTOP)
      try run.passes(60, command)
      kill(worker, SIGCONT)
      try finish(command)
      #expect(try run.checkpoint() == run.serial())
    }

    @Test func aCoordinatorKilledAndResumedTwice() throws {
      let run = try Run(["steps=150"])
      var command = try run.train(["--workers", "2", "--metrics-every", "1"])
      for step in [20, 70] {
        try run.passes(step, command)
        command.send(SIGKILL)
        #expect(try command.outcome().ending == .signal(SIGKILL))
        command = try run.resume(["--workers", "2", "--metrics-every", "1"])
      }
      try finish(command)
      #expect(try run.checkpoint() == run.serial())
      #expect(try run.recordedSteps() == Array(1...150))
    }

    @Test func aRunInterruptedAndResumed() throws {
      let run = try Run(["steps=100"])
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(17, command)
      command.send(SIGINT)
      #expect(try command.outcome().ending == .exit(130))
      try finish(run.resume(["--workers", "1", "--threads", "2", "--metrics-every", "1"]))
      #expect(try run.checkpoint() == run.serial())
      #expect(try run.recordedSteps() == Array(1...100))
    }

    private func finish(_ command: Command) throws {
      let outcome = try command.outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    }

    /// Kills the oldest worker that was not killed before.
    private func killOne(of command: Command, except killed: [Int32]) throws -> [Int32] {
      let workers = try Processes.children(of: command.id).filter { !killed.contains($0) }
      workers.prefix(1).forEach { kill($0, SIGKILL) }
      return Array(workers.prefix(1))
    }
  }
}
