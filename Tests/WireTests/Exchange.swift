import Foundation
import Testing
import Transport

/// Times that let a broken connection be noticed and mended at once.
let quick: SocketOptions = {
  var options = SocketOptions()
  options.reconnectInterval = .milliseconds(5)
  options.maximumReconnectInterval = .milliseconds(20)
  options.handshakeTimeout = .milliseconds(300)
  return options
}()

/// What was sent before a socket is closed still arrives.
let lingering: SocketOptions = {
  var options = quick
  options.linger = .seconds(20)
  return options
}()

func peer(_ text: String) throws -> PeerID { try #require(PeerID(text.utf8)) }

/// A directory for sockets, gone with its owner.
final class Directory {
  let path = NSTemporaryDirectory() + "ol-" + UUID().uuidString.prefix(8)

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A router and the sockets that talk to it, polled in turn until what is awaited happens.
final class Exchange {
  let context = Context()
  let wakeup = Wakeup()
  let deadline = ContinuousClock.now + .seconds(20)
  var router: RouterSocket
  let address: String
  /// What has happened to the router's connections.
  var events: [PeerEvent] = []

  init(_ address: String = "tcp://127.0.0.1:*", options: SocketOptions = quick) throws {
    router = RouterSocket(in: context, options: options)
    self.address = try router.bind(address)
  }

  func dealer(_ name: String, options: SocketOptions = quick) throws -> DealerSocket {
    let dealer = DealerSocket(in: context, name: try peer(name), options: options)
    try dealer.connect(address)
    return dealer
  }

  /// Asks until there is an answer; looks at the sockets in between, for at most a moment.
  func await<Answer>(_ what: String, _ answer: () throws -> Answer?) throws -> Answer {
    while ContinuousClock.now < deadline {
      if let answer = try answer() { return answer }
      events += router.events()
      _ = router.poll(wakeup, timeout: .milliseconds(1))
    }
    Issue.record("no \(what) came in time")
    throw CancellationError()
  }

  /// Waits for these events of the dealer's connection, in this order, others in between or not.
  func await(_ expected: ConnectionEvent..., of dealer: DealerSocket) throws {
    var missing = expected[...]
    try self.await("\(expected)") {
      for event in dealer.events() where event == missing.first { missing.removeFirst() }
      return missing.isEmpty ? () : nil
    }
  }

  func send(_ bytes: [UInt8], from dealer: DealerSocket) throws {
    let frame = Frame(bytes)
    try self.await("connection") { dealer.send(frame) == .sent ? () : nil }
  }

  func received() throws -> (peer: PeerID, bytes: [UInt8]) {
    try self.await("message") { router.receive().map { ($0.peer, bytes($0.frame)) } }
  }

  func received(by dealer: DealerSocket) throws -> [UInt8] {
    try self.await("answer") { dealer.receive().map(bytes) }
  }

  /// Puts another router in the place of the one that a dealer is connected to.
  func replaceRouter(of dealer: DealerSocket) throws {
    router = RouterSocket(in: context, options: quick)
    try self.await(.disconnected, of: dealer)
    _ = try router.bind(address)
    // What is sent before may get lost.
    try self.await(.connected, of: dealer)
  }

  /// Sends a frame there and its like back.
  func echo(_ bytes: [UInt8], from dealer: DealerSocket) throws -> [UInt8] {
    try send(bytes, from: dealer)
    let message = try received()
    #expect(router.send(Frame(message.bytes), to: message.peer) == .sent)
    return try received(by: dealer)
  }
}

func bytes(_ frame: Frame) -> [UInt8] { frame.withUnsafeBytes { Array($0) } }

func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
