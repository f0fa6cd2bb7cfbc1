import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// `launch` with an ssh that does on this machine what it is told to do on another.
  @Suite struct LaunchTests {
    @Test func theBitsAreThoseOfTheSerialRun() throws {
      let launch = try Launch(
        hosts: ["alpha workers=2", "beta workers=1 threads=2"], sending: .itself)
      let outcome = try launch.command().outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try launch.run.checkpoint() == launch.run.serial())
      #expect(outcome.errors.contains("host alpha: copying the program there"))
    }

    @Test func relaysOnHostsChangeNothing() throws {
      let launch = try Launch(hosts: ["alpha workers=3", "beta workers=2"], settings: ["steps=60"])
      let command = try launch.command(["--relays"])
      try launch.run.passes(5, command)
      let keeper = try #require(try launch.keepers().first)
      let relay = try #require(
        try Processes.children(of: keeper).first { Processes.words($0).contains("relay") })
      kill(relay, SIGKILL)
      let outcome = try command.outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try launch.run.checkpoint() == launch.run.serial())
      try eventually("nobody left") { try launch.keepers().isEmpty }
    }

    @Test func theProgramIsCopiedOnlyWhereItDiffers() throws {
      let launch = try Launch(hosts: ["alpha workers=1"])
      #expect(try launch.command().outcome().errors.contains("copying"))
      let copy = try #require(try launch.programs("alpha").first)
      try launch.next()
      #expect(try !launch.command().outcome().errors.contains("copying"))
      try Data("#!/bin/sh\nexit 0\n".utf8).write(to: URL(filePath: copy))
      try launch.next()
      let outcome = try launch.command().outcome()
      #expect(outcome.errors.contains("copying") && outcome.ending == .exit(0))
      #expect(try launch.programs("alpha") == [copy])
    }

    /// Whoever may look at processes' arguments and surroundings, or at files, finds no secret there.
    @Test func nobodyWithoutAKeyJoinsAndNoSecretIsSeen() throws {
      let launch = try Launch(hosts: ["alpha workers=1"], settings: ["steps=1000000"])
      let command = try launch.command(["--bind", "tcp://127.0.0.1:*"])
      try launch.run.passes(5, command)
      let address = try #require(command.errors.firstMatch(of: /tcp:\/\/\S+/)).output
      let stranger = try Command(["worker", "--connect", String(address), "--wait", "1"])
      #expect(try stranger.outcome().ending == .exit(69))
      let keeper = try #require(try launch.keepers().first)
      let worker = try #require(try Processes.children(of: keeper).first)
      let words = Processes.words(worker)
      let folder = words[try #require(words.firstIndex(of: "--keys")) + 1]
      let file = try FileManager.default.attributesOfItem(atPath: folder + "/worker.key")
      #expect(file[.posixPermissions] as? Int == 0o600)
      let keys = try String(contentsOfFile: folder + "/worker.key", encoding: .utf8)
      let secret = try #require(keys.split { $0.isWhitespace }.last)
      let seen = [command.id, keeper, worker].map(Processes.seen).joined()
      #expect(!seen.contains(secret))
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
      try eventually("the end of the keys") { !FileManager.default.fileExists(atPath: folder) }
    }

    @Test func aHostThatFailsIsToldOnceAndTheRestGoOn() throws {
      let launch = try Launch(hosts: ["alpha workers=2", "unreachable workers=2"])
      let outcome = try launch.command().outcome()
      #expect(outcome.ending == .exit(0))
      #expect(try launch.run.checkpoint() == launch.run.serial())
      let complaint = """
        host unreachable: ssh cannot reach it, or lost it; trying again and again, see \
        \(launch.run.folder)/logs/unreachable.log
          | ssh: no route to unreachable
        """
      #expect(outcome.errors.components(separatedBy: complaint).count == 2, "\(outcome.errors)")
    }

    @Test func missingLibrariesAreNamed() throws {
      let launch = try Launch(hosts: ["bare workers=1"])
      let command = try launch.command()
      let complaint = """
        host bare: the program finds libraries missing there (Debian: libzmq5, libprotobuf-c1); \
        trying again and again, see \(launch.run.folder)/logs/bare.log
          | libraries are missing here: libzmq.so.5
        """
      try eventually("\(complaint), after: \(command.errors)") {
        command.errors.contains(complaint)
      }
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
    }

    @Test func aHostWhoseSessionDiesIsTakenUpAgain() throws {
      let launch = try Launch(hosts: ["alpha workers=1"], settings: ["steps=1000000"])
      let command = try launch.command()
      try launch.run.passes(5, command)
      let keeper = try #require(try launch.keepers().first)
      kill(keeper, SIGKILL)
      try eventually("another keeper of workers, after: \(command.errors)") {
        try launch.keepers().contains { $0 != keeper }
      }
      try launch.run.passes(try launch.run.recordedSteps().last ?? 0, command)
      command.send(SIGINT)
      #expect(try command.outcome().ending == .exit(130))
      try eventually("nobody left") { try launch.keepers().isEmpty }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func nobodyAndNoKeyIsLeftBehind(signal: Int32) throws {
      let launch = try Launch(
        hosts: ["alpha workers=2", "beta workers=1"], settings: ["steps=1000000"])
      let command = try launch.command()
      try launch.run.has(3, command)
      let keepers = try launch.keepers()
      let workers = try keepers.flatMap(Processes.children)
      #expect(keepers.count == 2 && workers.count == 3)
      let keys = try workers.map { worker in
        let words = Processes.words(worker)
        return words[try #require(words.firstIndex(of: "--keys")) + 1]
      }
      command.send(signal)
      _ = try command.outcome()
      try eventually("the end of \(keepers + workers)", within: .seconds(10)) {
        !(keepers + workers).contains(where: Processes.isAlive)
      }
      #expect(!keys.contains(where: FileManager.default.fileExists))
    }

    @Test func aLaunchedRunThatWasKilledGoesOnToTheSameBits() throws {
      let launch = try Launch(hosts: ["alpha workers=2"])
      let command = try launch.command(["--metrics-every", "1"])
      try launch.run.passes(6, command)
      command.send(SIGKILL)
      _ = try command.outcome()
      let resumed = try launch.resumed().outcome()
      #expect(resumed.ending == .exit(0), "\(resumed.errors)")
      #expect(try launch.run.checkpoint() == launch.run.serial())
    }

    @Test func withoutAnyHostThatIsReachedItWaitsOrSaysSo() throws {
      let launch = try Launch(hosts: ["unreachable"])
      let outcome = try launch.command(["--wait-for-workers", "1"]).outcome()
      #expect(outcome.ending == .exit(69))
    }

    @Test func aBadFileOfHostsIsNamed() throws {
      let launch = try Launch(hosts: ["alpha workers=none"])
      let outcome = try launch.command().outcome()
      #expect(outcome.ending == .exit(65))
      #expect(
        outcome.errors
          == "error: \(launch.hosts):1: workers is a number from 1 to 1024, not \"none\"\n")
    }
  }
}
