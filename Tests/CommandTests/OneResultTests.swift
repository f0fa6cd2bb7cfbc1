import Checkpoints
import Execution
import Foundation
import Graphs
import NDArrays
import Testing
import Training

/// One of each.
private let anyOuterMethods = [
  "{method: task-buffer, capacity: 10, share: 0.5}", "{method: task-weights, initial: 1}",
  "{method: task-memory, tasks: 12}",
]

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

    /// The last one has noise of its own for each task, in training, on the way and in the end.
    @Test(
      arguments: [
        "{method: meta-sgd}", "{method: reptile, inner-rate: 0.01}",
        "{method: mt-net, inner-rate: 0.05}",
      ])
    func anyMethod(learner: String) throws {
      let run = try Run(["learner=\(learner)", "validation={every: 2, tasks: 3}"])
      try finish(run.train(["--workers", "3"]))
      let serial = Training.Run(try run.plan).carriedOut()
      #expect(try run.checkpoint().parameters == serial.state.parameters)
    }

    /// What is remembered of tasks is the same, too.
    @Test(arguments: anyOuterMethods, [1, 3])
    func anyOuterMethod(outer: String, workers: Int) throws {
      for source in ["sent", "drawn-by-worker"] {
        let run = try Run(["outer=\(outer)", "episodes=\(source)"])
        try finish(run.train(["--workers", "\(workers)"]))
        let found = try run.checkpoint()
        #expect(try found == run.serial())
        #expect(found.memory.count > 0)
      }
    }

    @Test(arguments: anyOuterMethods)
    func whatIsRememberedOfTasksOutlivesTheCoordinator(outer: String) throws {
      let run = try Run(["steps=1000000", "outer=\(outer)"])
      var command = try run.train(["--workers", "2", "--metrics-every", "1"])
      for signal in [SIGKILL, SIGINT] {
        let step = try run.recordedSteps().last ?? 0
        try run.passes(step + 20, command)
        command.send(signal)
        _ = try command.outcome()
        command = try run.resume(["--workers", "1", "--metrics-every", "1"])
      }
      try run.passes(100, command)
      try stopAndCompare(run, command)
    }

    @Test func anySourceOfEpisodes() throws {
      let (sent, drawn) = (try Run(), try Run(["episodes=drawn-by-worker"]))
      try finish(sent.train(["--workers", "2"]))
      try finish(drawn.train(["--workers", "2"]))
      var expected = try sent.checkpoint()
      expected.plan = try drawn.plan.description
      #expect(try drawn.checkpoint() == expected)
    }

    /// The workers of `train` draw tasks; here one does, and one is sent them.
    @Test(arguments: anyOuterMethods) func anyMixtureOfDrawersAndOthers(outer: String) throws {
      let run = try Run(["steps=1000000", "outer=\(outer)"])
      let coordinator = try run.coordinate(["--metrics-every", "1"])
      let workers = [try run.work(["--draws"]), try run.work()]
      try run.has(2, coordinator)
      try run.passes(20, coordinator)
      try stopAndCompare(run, coordinator)
      for worker in workers {
        worker.send(SIGTERM)
        try finish(worker)
      }
    }

    @Test func workersOnThisMachineDraw() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.has(2, command)
      for worker in try Processes.children(of: command.id) {
        #expect(Processes.words(worker).contains("--draws"))
      }
      try stopAndCompare(run, command)
    }

    /// With one worker nothing can be audited, and the log says so, once.
    @Test(arguments: [1, 3]) func whatIsAuditedIsTheSame(workers: Int) throws {
      let run = try Run()
      let outcome = try run.train([
        "--workers", "\(workers)", "--audit", "1", "--patience", "0.5",
      ]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try run.checkpoint() == run.serial())
      let said = outcome.errors.components(separatedBy: "only one worker is there").count - 1
      #expect(said == (workers == 1 ? 1 : 0), "\(outcome.errors)")
    }

    @Test func workersKilledAgainAndAgain() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "3", "--metrics-every", "1"])
      var killed: [Int32] = []
      for step in stride(from: 0, to: 240, by: 40) {
        try run.passes(step, command)
        killed += try killOne(of: command, except: killed)
      }
      #expect(killed.count >= 4)
      try stopAndCompare(run, command)
    }

    @Test func aWorkerStoppedAndContinued() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(10, command)
      let worker = try #require(try Processes.children(of: command.id).first)
      kill(worker, SIGSTOP)
      try run.passes(60, command)
      kill(worker, SIGCONT)
      try run.passes(80, command)
      try stopAndCompare(run, command)
    }

    @Test func aWorkerGivenUpThatComesBack() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2", "--metrics-every", "1", "--patience", "0.2"])
      try run.has(2, command)
      let worker = try #require(try Processes.children(of: command.id).first)
      kill(worker, SIGSTOP)
      try run.has(1, command)
      kill(worker, SIGCONT)
      try run.has(2, command)
      try stopAndCompare(run, command)
    }

    @Test(
      arguments: [(SIGKILL, .signal(SIGKILL)), (SIGINT, .exit(130)), (SIGTERM, .exit(0))]
        as [(Int32, Command.Ending)])
    func aCoordinatorEndedAndResumedTwice(signal: Int32, ending: Command.Ending) throws {
      let run = try Run.endless()
      var command = try run.train(["--workers", "2", "--metrics-every", "1"])
      for step in [17, 64] {
        try run.passes(step, command)
        command.send(signal)
        #expect(try command.outcome().ending == ending)
        command = try run.resume(["--workers", "1", "--threads", "2", "--metrics-every", "1"])
      }
      try run.passes(100, command)
      try stopAndCompare(run, command)
    }

    /// Stops the run where it is, and expects what the serial run comes to there.
    private func stopAndCompare(_ run: Run, _ command: Command) throws {
      command.send(SIGTERM)
      try finish(command)
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
      #expect(try run.recordedSteps() == Array(1...checkpoint.step))
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
