import Checkpoints
import Foundation
import Testing
import Training

#if canImport(FoundationXML)
  import FoundationXML
#endif

extension CommandTests {
  /// What the commands print and leave behind.
  @Suite struct OutputTests {
    @Test func aRunLeavesAllItsFiles() throws {
      let run = try Run()
      let outcome = try run.train(["--workers", "1", "--metrics-every", "4"]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try RunPlan(yaml: run.text(run.files.plan), source: "plan") == run.plan)
      #expect(try run.recordedSteps() == [4, 8, 12, 16, 20, 24])
      #expect(XMLParser(data: try Data(contentsOf: URL(filePath: run.files.picture))).parse())
      #expect(try Table(json: run.text(run.files.evaluation)).results.count == 3)
      #expect(FileManager.default.fileExists(atPath: run.files.previousCheckpoint))
      #expect(outcome.errors.contains(try run.checkpoint().digest.description))
    }

    /// Validation and evaluation are spread over the workers, and say what they say in one process.
    @Test(arguments: [1, 3]) func theBestIsFoundAndEvaluated(workers: Int) throws {
      let run = try Run([
        "steps=24", "batch=5", "validation={every: 5, tasks: 7, inner-steps: 1}",
        "evaluation={tasks: 9, inner-steps: 2}",
      ])
      let outcome = try run.train(["--workers", "\(workers)"]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      let serial = Training.Run(try run.plan).carriedOut()
      let best = try #require(serial.state.best)
      let checkpoint = try Checkpoint(contentsOf: run.files.bestCheckpoint)
      #expect(checkpoint.parameters == best.parameters)
      #expect((checkpoint.step, checkpoint.score) == (best.step, best.score))
      let lines = try run.lines()
      #expect(lines.filter { $0.validation_loss != nil }.map(\.step) == [5, 10, 15, 20, 24])
      let evaluated = try #require(lines.last)
      let expected = try #require(serial.measured).lossEstimates[2].mean
      #expect((evaluated.evaluation_loss, evaluated.best_step) == (expected, best.step))
      #expect(try Command.run(["evaluate", run.folder]).output == outcome.output)
    }

    @Test func evaluationsOfARunAreEqual() throws {
      let run = try Run()
      let trained = try run.train(["--workers", "1"]).outcome()
      for path in [run.folder, run.files.checkpoint] {
        #expect(try Command.run(["evaluate", path]).output == trained.output)
        let json = try Command.run(["evaluate", path, "--json"]).output
        #expect(try json == run.text(run.files.evaluation))
      }
      let evaluator = Training.Run(try run.plan).evaluator
      let expected = Evaluation(evaluator, at: try run.checkpoint().parameters).lossEstimates
      let table = try Table(json: run.text(run.files.evaluation))
      #expect(table.results.map(\.innerSteps) == Array(expected.indices))
      #expect(table.results.map { Float($0.mean) } == expected.map { Float($0.mean) })
      #expect(table.results.map { Float($0.ci95) } == expected.map { Float($0.halfWidth) })
      let other = try Command.run(["evaluate", run.folder, "--json", "--set", "evaluation.tasks=2"])
      #expect(try Table(json: other.output).tasks == 2)
    }

    @Test(arguments: Catalogue.standard.plans.map(\.name))
    func aPlanIsPrintedAsItIsRead(name: String) throws {
      let scratch = try Scratch()
      let printed = try Command.run(["plan", name, "--set", "seed=5"])
      #expect(printed.ending == .exit(0))
      try scratch.write(printed.output, to: "again.yaml")
      #expect(try Command.run(["plan", "again.yaml"], in: scratch.path).output == printed.output)
      let builtIn = try #require(Catalogue.standard.plan(named: name))
      #expect(try RunPlan(yaml: printed.output, source: "") == builtIn.plan(overrides: ["seed=5"]))
    }

    @Test func plansAreListed() throws {
      let listed = try Command.run(["plan"]).output.split(separator: "\n").map {
        $0.prefix { $0 != " " }
      }
      #expect(listed.map(String.init) == Catalogue.standard.plans.map(\.name))
    }

    @Test func aResultThatCannotBeWrittenIsAFailure() throws {
      let outcome = try Command(["plan", "sinusoid"], shell: #"exec "$@" > /dev/full"#).outcome()
      #expect(outcome.ending == .exit(74))
      #expect(outcome.errors.contains("standard output"))
    }

    @Test func whatCannotBePrintedIsInTheFolderAllTheSame() throws {
      let run = try Run()
      let outcome = try run.train(["--workers", "1"], shell: #"exec "$@" > /dev/full"#).outcome()
      #expect(outcome.ending == .exit(74))
      #expect(try Table(json: run.text(run.files.evaluation)).results.count == 3)
      #expect(FileManager.default.fileExists(atPath: run.files.picture))
    }

    @Test(arguments: [1, 2, 3]) func aRunThatDivergesSaysSo(workers: Int) throws {
      let run = try Run(["learner.inner-rate=1e15"])
      let outcome = try run.train(["--workers", "\(workers)"]).outcome()
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains("error: step 0 stopped at task"))
      #expect(outcome.errors.contains("training diverged"))
      #expect(try run.checkpoint() == run.serial(until: 0))
    }

    @Test(arguments: ["2> /dev/full", "2>&-", "<&- >&- 2>&-"])
    func aRunThatCannotSpeakGoesOn(streams: String) throws {
      let run = try Run()
      let command = try run.train(["--workers", "2"], shell: #"exec "$@" "# + streams)
      #expect(try command.outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
      let mistake = try Command(["plan", "nothing"], shell: #"exec "$@" "# + streams)
      #expect(try mistake.outcome().ending == .exit(66))
    }

    @Test func aNameForTemporaryFilesMayBeOdd() throws {
      let (scratch, run) = (try Scratch(), try Run())
      let folder = scratch.file("a b%20c")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let outcome = try run.train(["--workers", "1"], environment: ["TMPDIR": folder + "/"])
        .outcome()
      #expect(outcome.ending == .exit(0))
      #expect(outcome.errors.contains("at ipc://\(folder)/outerloop-"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func simulationsAreRight() throws {
      let outcome = try Command.run(["simulate", "--seeds", "3"])
      #expect(outcome.ending == .exit(0))
      #expect(outcome.output.contains("3 seeds, 3 right"))
    }

    @Test(arguments: [
      "train", "coordinator", "worker", "evaluate", "gradient", "plan", "simulate",
    ])
    func everySubcommandExplainsItself(name: String) throws {
      let outcome = try Command.run([name, "--help"])
      #expect(outcome.ending == .exit(0))
      #expect(outcome.output.contains("USAGE: outerloop \(name)"))
    }
  }
}

/// What evaluation says in JSON.
private struct Table: Decodable {
  var tasks: Int
  var results: [Row]

  struct Row: Decodable {
    var innerSteps: Int
    var mean: Double
    var ci95: Double
  }

  init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Table.self, from: Data(json.utf8))
  }
}
