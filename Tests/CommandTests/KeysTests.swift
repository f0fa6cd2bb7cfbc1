import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// Who may join, told by files of keys.
  @Suite struct KeysTests {
    private let scratch: Scratch
    private var keys: String { scratch.file("keys") }

    init() throws { scratch = try Scratch() }

    private func run(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(["keys"] + arguments, in: scratch.path)
    }

    /// A worker's folder, as it is copied to its machine.
    private func worker(_ name: String) throws -> String {
      let files = FileManager.default
      try files.createDirectory(atPath: scratch.file(name), withIntermediateDirectories: true)
      for (from, to) in [
        ("\(name).key", "worker.key"), ("coordinator.public", "coordinator.public"),
      ]
      where files.fileExists(atPath: keys + "/" + from) {
        try files.copyItem(atPath: keys + "/" + from, toPath: scratch.file(name + "/" + to))
      }
      return scratch.file(name)
    }

    private func secrets() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: keys).filter { $0.hasSuffix(".key") }
        .map { try String(contentsOfFile: keys + "/" + $0, encoding: .utf8) }
        .flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("secret ") }
        .map { String($0.dropFirst("secret ".count)) }
    }

    @Test func keysAreMadeAllowedRevokedAndShown() throws {
      #expect(try run("new").ending == .exit(0))
      let folder = try FileManager.default.attributesOfItem(atPath: keys)
      #expect(folder[.posixPermissions] as? Int == 0o700)
      #expect(try run("new", "east").ending == .exit(0))
      #expect(try run("revoke", "worker").ending == .exit(0))
      #expect(try run("revoke", "keys/east.public").ending == .exit(0))
      #expect(try run("allow", "keys/east.public", "--name", "far-east").ending == .exit(0))
      let shown = try run("show")
      let words = shown.output.split(separator: "\n").map { $0.split(separator: " ") }
      let known = Dictionary(
        uniqueKeysWithValues: words.filter { $0[0] == "public" }.map { ($0[2], $0[1]) })
      #expect(known.keys.sorted() == ["coordinator", "east", "worker"])
      let (worker, east) = (try #require(known["worker"]), try #require(known["east"]))
      #expect(words.filter { $0[0] == "revoked" } == [["revoked", worker, "worker"]])
      #expect(words.filter { $0[0] == "allowed" } == [["allowed", east, "far-east"]])
      let secrets = try secrets()
      #expect(secrets.count == 3)
      for secret in secrets { #expect(!(shown.output + shown.errors).contains(secret)) }
    }

    @Test func noKeyIsWrittenOver() throws {
      #expect(try run("new").ending == .exit(0))
      let before = try secrets()
      let again = try run("new")
      #expect(again.ending == .exit(73))
      #expect(again.errors.contains("is there already"))
      #expect(try secrets() == before)
    }

    @Test(arguments: ["coordinator", "worker"])
    func aSecretThatOthersCanReadIsRefused(whose: String) throws {
      #expect(try run("new").ending == .exit(0))
      chmod("\(keys)/\(whose).key", 0o640)
      let outcome = try Command.run(
        whose == "worker"
          ? ["worker", "--connect", "ipc://nobody", "--keys", keys]
          : ["train", "sinusoid", "--keys", keys], in: scratch.path)
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains("\(whose).key: a secret key must be readable by its owner"))
      #expect(outcome.errors.contains("mode is 0640"))
    }

    @Test func trainingWithKeysAtAPublicAddressEndsInTheSameBits() throws {
      #expect(try run("new").ending == .exit(0))
      let run = try Run()
      let training = try run.train(["--workers", "2", "--keys", keys, "--bind", "tcp://0.0.0.0:*"])
      #expect(try training.outcome().ending == .exit(0), "\(training.errors)")
      #expect(try run.checkpoint() == run.serial())
    }

    @Test func whoIsAllowedOrRevokedIsNoticedByARunningCoordinator() throws {
      #expect(try run("new").ending == .exit(0))
      let run = try Run.endless()
      let coordinator = try run.coordinate(
        ["--metrics-every", "1", "--keys", keys, "--log-level", "info"])
      let first = try run.work(["--keys", worker("worker"), "--log-level", "debug"])
      try run.has(1, coordinator)
      #expect(try self.run("new", "late", "--keys", "late-keys").ending == .exit(0))
      let late = try worker("late")
      try FileManager.default.copyItem(
        atPath: scratch.file("late-keys/late.key"), toPath: late + "/worker.key")
      let second = try run.work(["--keys", late])
      try eventually("a refusal") { coordinator.errors.contains("is not on the list") }
      #expect(try self.run("allow", "late-keys/late.public", "--name", "late").ending == .exit(0))
      try run.has(2, coordinator)
      #expect(try self.run("revoke", "worker").ending == .exit(0))
      let revoked = try first.outcome()
      #expect(revoked.ending == .exit(65))
      #expect(revoked.errors.contains("this worker's key was revoked"))
      try run.has(1, coordinator)
      for command in [coordinator, second] { command.send(SIGTERM) }
      #expect(try coordinator.outcome().ending == .exit(0))
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
      #expect(coordinator.errors.contains("--keys \(keys)"))
      for secret in try secrets() {
        for command in [coordinator, first, second] { #expect(!command.errors.contains(secret)) }
      }
    }
  }
}
