import Checkpoints
import Foundation
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
      let port = try #require(coordinator.errors.firstMatch(of: /tcp:\/\/127.0.0.1:(\d+)/)?.1)
      let address = "tcp://127.0.0.1:\(port)"
      let crowd = Crowd(try #require(UInt16(port)), count: 400)
      #expect(crowd.count == 400, "\(coordinator.errors)")
      try run.passes(try #require(run.recordedSteps().last) + 100, coordinator)

      // Who comes now waits until there is room.
      let late = try run.work(["--wait", "60"], at: address)
      try run.passes(try #require(run.recordedSteps().last) + 20, coordinator)
      crowd.leave()
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

/// Connections that say nothing.
private final class Crowd {
  private var sockets: [Int32]

  init(_ port: UInt16, count: Int) {
    sockets = (0..<count).compactMap { _ in Self.connection(port) }
  }

  deinit { leave() }

  var count: Int { sockets.count }

  func leave() {
    sockets.forEach { close($0) }
    sockets = []
  }

  private static func connection(_ port: UInt16) -> Int32? {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(connection)
      return nil
    }
    return connection
  }
}
