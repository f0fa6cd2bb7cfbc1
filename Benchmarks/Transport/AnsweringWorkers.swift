import Foundation
import Transport

/// Workers in a process of their own that answer every frame with one of a given size.
struct AnsweringWorkers {
  var address: String
  var count: Int
  var answerBytes: Int
  var spin: Duration

  /// What starts this program as such a process.
  var arguments: [String] {
    ["answer", address, "\(count)", "\(answerBytes)", "\(spin / .microseconds(1))"]
  }

  init(address: String, count: Int, answerBytes: Int, spin: Duration) {
    (self.address, self.count, self.answerBytes, self.spin) = (address, count, answerBytes, spin)
  }

  init?(arguments: [String]) {
    guard arguments.count == 5, arguments[0] == "answer",
      let count = Int(arguments[2]), let bytes = Int(arguments[3]), let spin = Double(arguments[4])
    else { return nil }
    self.init(
      address: arguments[1], count: count, answerBytes: bytes, spin: .microseconds(spin))
  }
}

extension AnsweringWorkers {
  /// Starts this program once more to run them, until their coordinator is gone.
  func start() throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    try process.run()
    return process
  }

  /// Runs them in this process, a thread each.
  func run() -> Never {
    let context = Context(maximumSockets: 3 * count + 16)
    for index in 1..<count { start(index, in: context) }
    answer(index: 0, in: context)
  }

  private func start(_ index: Int, in context: Context) {
    let thread = Thread { answer(index: index, in: context) }
    thread.stackSize = 256 << 10
    thread.start()
  }

  private func answer(index: Int, in context: Context) -> Never {
    let wakeup = Wakeup()
    let content = [UInt8](repeating: 1, count: answerBytes)
    guard let name = PeerID("worker \(index)".utf8) else { preconditionFailure("too many workers") }
    let dealer = DealerSocket(in: context, name: name, options: SocketOptions())
    do { try dealer.connect(address) } catch { preconditionFailure("\(error)") }
    introduce(dealer, wakeup)
    while true {
      while dealer.receive() != nil { _ = dealer.send(Frame(content)) }
      if dealer.events().contains(.disconnected) { exit(0) }
      _ = dealer.poll(wakeup, timeout: nil, spin: spin)
    }
  }

  private func introduce(_ dealer: DealerSocket, _ wakeup: Wakeup) {
    while dealer.send(Frame([])) != .sent {
      _ = dealer.events()
      _ = dealer.poll(wakeup, timeout: .milliseconds(10))
    }
  }
}
