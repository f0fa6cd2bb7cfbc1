import Checkpoints
import Foundation
import Telemetry
import Testing

extension CommandTests {
  /// A run that is looked at, by friends and others.
  @Suite struct StatusServerTests {
    @Test func whoLooksOnChangesNothing() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2", "--status", "0"])
      let address = try address(of: command)
      let crowd = try (0..<4).map { _ in try Command([], shell: Self.crowd(address)) }
      var seen: ClusterStatus?
      try eventually("a page, after: \(command.errors)") {
        let outcome = try Command.run(["status", address, "--json"])
        if outcome.ending == .exit(0) {
          seen = try ClusterStatus(json: Data(outcome.output.utf8))
        }
        return seen?.workers.count == 2 || !command.isRunning
      }
      #expect(seen?.steps == 1_000_000)
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
      for one in crowd { one.send(SIGKILL) }
      let saved = try run.checkpoint()
      #expect(try saved.encoded() == run.serial(until: saved.step).encoded())
    }

    /// Nobody who looks once a second misses it.
    @Test func whoLooksOnSeesTheEnd() throws {
      let run = try Run(["steps=300"])
      let command = try run.train(["--workers", "1", "--status", "0"])
      let address = try address(of: command)
      var isSeen = false
      try eventually("the end, after: \(command.errors)") {
        isSeen = try Command.run(["status", address]).output.contains("finished")
        return isSeen || !command.isRunning
      }
      #expect(isSeen)
      #expect(try command.outcome().ending == .exit(0))
    }

    /// Asks without end, reads nothing of it, and says much that is nothing.
    private static func crowd(_ address: String) -> String {
      let place = address.dropFirst("http://".count).dropLast().split(separator: ":")
      return """
        exec bash -c 'while true; do exec 3<>/dev/tcp/\(place[0])/\(place[1]) || sleep 0.1
        printf "GET / HTTP/1.1\\r\\n\\r\\n" >&3; exec 4<>/dev/tcp/\(place[0])/\(place[1])
        head -c 10000 /dev/urandom >&4; done'
        """
    }

    @Test(
      arguments: [
        ("0.0.0.0:0", 64, "--insecure-status shows it nevertheless"),
        ("nonsense", 64, "--status is HOST:PORT"),
        ("h:1", 64, "can be reached from other machines"),
      ] as [(String, Int32, String)])
    func addressesThatAreRefused(_ address: String, code: Int32, words: String) throws {
      let run = try Run()
      let outcome = try run.train(["--status", address]).outcome()
      #expect(outcome.ending == .exit(code))
      #expect(outcome.errors.contains(words))
      #expect(!FileManager.default.fileExists(atPath: run.folder))
    }

    @Test func anAddressThatIsTakenLeavesNoFolder() throws {
      let first = try Run.endless()
      let command = try first.train(["--workers", "1", "--status", "0"])
      let taken = try address(of: command).dropFirst("http://".count).dropLast()
      let second = try Run()
      let outcome = try second.train(["--status", String(taken)]).outcome()
      #expect(outcome.ending == .exit(73))
      #expect(outcome.errors.contains("cannot listen there"))
      #expect(!FileManager.default.fileExists(atPath: second.folder))
    }

    private func address(of command: Command) throws -> String {
      var address: String?
      try eventually("a page's address, after: \(command.errors)") {
        address = command.errors.firstMatch(of: #/page +(http:\/\/[^ \n]+)/#).map { String($0.1) }
        return address != nil || !command.isRunning
      }
      return try #require(address)
    }
  }
}
