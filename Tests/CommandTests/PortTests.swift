import Checkpoints
import Foundation
import Testing

extension CommandTests {
  @Suite struct PortTests {
    @Test func aPortInUseIsNamed() throws {
      let (port, run) = (try Port(), try Run())
      for insecure in [[], ["--insecure"]] {
        let outcome = try run.train(["--bind", "tcp://127.0.0.1:\(port.number)"] + insecure)
          .outcome()
        #expect(outcome.ending == .exit(73))
        #expect(outcome.errors.contains("127.0.0.1:\(port.number)"))
      }
      // A run that never began leaves no folder in the way of the next try.
      #expect(!FileManager.default.fileExists(atPath: run.files.plan))
    }

    @Test func workersComeByTCPToo() throws {
      let run = try Run()
      let outcome = try run.train(["--workers", "2", "--bind", "tcp://127.0.0.1:*"]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try run.checkpoint() == run.serial())
    }
  }
}

/// A port of this machine that somebody listens on, for as long as this lives.
private final class Port {
  let number: UInt16
  private let socket: Int32

  init() throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 1) == 0
          && getsockname(socket, $0, &length) == 0
      }
    }
    number = UInt16(bigEndian: address.sin_port)
    guard isListening else { throw Missing("a port to listen on") }
  }

  deinit { close(socket) }
}
