import CZeroMQ
import Glibc
import Synchronization

/// A thread that answers, for all routers of a context, whether a connection may be let in.
///
/// It listens before any router is bound. Should it be gone nonetheless, ZeroMQ lets everybody in;
/// but then messages carry no mark of admission, and the router refuses each of them.
final class Doorkeeper {
  let answers: ZapAnswers
  /// The thread and what it does, until it has ended.
  private var service: (watch: Watch, thread: pthread_t)?

  /// - Precondition: the context has no doorkeeper yet.
  init(_ admissions: Admissions, in context: Context) {
    answers = ZapAnswers(admissions)
    let watch = Watch(answers, in: context)
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<Watch>.fromOpaque(raw).takeRetainedValue().keep() }
        return nil
      }, Unmanaged.passRetained(watch).toOpaque())
    precondition(result == 0, "no thread: \(String(cString: strerror(result)))")
    service = (watch, thread)
  }

  deinit { leave() }

  /// Answers no more, and listens no more.
  func leave() {
    guard let (watch, thread) = service else { return }
    watch.end()
    pthread_join(thread, nil)
    service = nil
  }
}

/// What the thread does.
private final class Watch: @unchecked Sendable {
  private let socket: Socket
  private let answers: ZapAnswers
  private let wakeup = Wakeup()
  private let isOver = Atomic(false)

  init(_ answers: ZapAnswers, in context: Context) {
    self.answers = answers
    socket = Socket(ZMQ_REP, in: context)
    socket.set(ZMQ_LINGER, 0)
    let result = zmq_bind(socket.raw, "inproc://zeromq.zap.01")
    precondition(result == 0, "one context, one doorkeeper: \(Socket.lastError)")
  }

  /// Tells the thread to go, from another.
  func end() {
    isOver.store(true, ordering: .releasing)
    wakeup.signal()
  }

  func keep() {
    var items = [
      zmq_pollitem_t(socket: socket.raw, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
      zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
    ]
    while !isOver.load(ordering: .acquiring) {
      guard zmq_poll(&items, Int32(items.count), -1) >= 0 || zmq_errno() == EINTR else { return }
      while let frames = question() { say(answers.answer(frames)) }
    }
  }

  /// The frames of the next question, as many as are looked at.
  private func question() -> [[UInt8]]? {
    let frame = Frame()
    guard socket.receive(into: frame) else { return nil }
    var frames = [frame.bytes]
    while frame.hasMore, socket.receive(into: frame) {
      if frames.count <= ZapRequest.mostFrames { frames.append(frame.bytes) }
    }
    return frames
  }

  /// Who asked may be gone; then nobody is let in.
  private func say(_ frames: [[UInt8]]) {
    for (index, bytes) in frames.enumerated() {
      _ = socket.send(Frame(bytes), flags: index + 1 < frames.count ? ZMQ_SNDMORE : 0)
    }
  }
}

extension Frame {
  fileprivate var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
