import Foundation

/// The connections of a server, and what its thread does with them.
struct PageLoop: ~Copyable {
  private let socket: ListeningSocket
  private let answers: PageAnswers
  /// In the order they came.
  private var connections: [PageConnection] = []
  private let clock = ContinuousClock()

  private static let mostConnections = 32
  private static let patience = Duration.seconds(10)
  /// The longest that a turn waits, in milliseconds.
  private static let pause: Int32 = 200

  init(_ socket: ListeningSocket, showing page: @escaping (String) -> Page?) {
    self.socket = socket
    answers = PageAnswers(isLoopback: socket.address.isLoopback, page: page)
  }

  deinit {
    for connection in connections { close(connection.number) }
    close(socket.number)
  }

  /// Waits for browsers a little, and does what has become possible.
  mutating func turn() {
    var descriptors =
      [pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)]
      + connections.map { pollfd(fd: $0.number, events: $0.events, revents: 0) }
    poll(&descriptors, nfds_t(descriptors.count), Self.pause)
    proceed(descriptors.dropFirst().map { $0.revents != 0 })
    if descriptors[0].revents != 0 { takeIn() }
  }

  private mutating func proceed(_ areReady: [Bool]) {
    let (now, answers) = (clock.now, answers)
    for index in connections.indices.reversed() {
      let goesOn = !areReady[index] || connections[index].proceed(answers.answer)
      if !goesOn || connections[index].deadline < now {
        close(connections.remove(at: index).number)
      }
    }
  }

  /// One at a time. Whoever came first gives way where there is no more room.
  private mutating func takeIn() {
    guard let number = socket.accept() else {
      // Without descriptors it stays ready, and this must not spin.
      usleep(1000)
      return
    }
    if connections.count == Self.mostConnections { close(connections.removeFirst().number) }
    connections.append(PageConnection(number, until: clock.now + Self.patience))
  }
}
