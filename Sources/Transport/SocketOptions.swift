/// How sockets queue, how much they take, and when they hold a peer for dead.
///
/// Units: times in milliseconds of resolution, sizes in bytes, queue lengths in frames a peer.
///
/// Two things that ZeroMQ offers are missing here on purpose, because libzmq 4.3.4 ends the
/// process with an assertion, `!_io_error` in `stream_engine_base.cpp`, when it wants to write to a
/// connection whose input it has stopped and which was reset since:
///
/// - A limit of frames received. Input stops at the limit; without one, it never does. Instead, every
///   frame has a limit, and who receives takes frames in at once and cuts off a peer that sends more
///   than it may (`Discipline` in `Cluster`).
/// - ZeroMQ's heartbeats. They write unasked, also to a connection that lost its name to another one,
///   whose input leads nowhere. The peers' own pings find out who is alive; TCP finds dead hosts.
public struct SocketOptions: Equatable, Sendable {
  public var identification = Identification.none
  /// How long a closing socket goes on sending what is queued.
  public var linger: Duration = .zero
  /// Frames queued to a peer before a send answers ``SendOutcome/full``. It stays above the frames
  /// that the protocol leaves unanswered, so reaching it means that the peer does not read.
  public var sendLimit = 64
  /// What the system is asked to hold of a connection on this machine, `ipc://`, on either side; it may give
  /// less. Where it holds less than a frame, both ends are woken again and again for each. TCP finds its own
  /// measure.
  public var localBufferBytes = 4 << 20
  /// A peer that announces a longer frame is cut off before memory is set aside for it.
  public var maximumFrameBytes = 64 << 20

  /// A TCP connection is dropped when what was sent is not acknowledged for so long.
  public var unacknowledgedLimit: Duration = .seconds(15)
  /// A connection that has not shown to speak ZeroMQ by then is closed.
  public var handshakeTimeout: Duration = .seconds(5)

  /// A dealer gives up an attempt to connect after this,
  public var connectTimeout: Duration = .seconds(3)
  /// tries again after this plus a random part of it, then after twice as long each time,
  public var reconnectInterval: Duration = .milliseconds(100)
  /// up to this.
  public var maximumReconnectInterval: Duration = .seconds(2)
  /// Connections a router leaves waiting to be accepted.
  public var backlog = 1024

  /// TCP's own signs of life: silence before the first, time between them, how many unanswered.
  public var keepaliveIdle: Duration = .seconds(30)
  public var keepaliveInterval: Duration = .seconds(10)
  public var keepaliveProbes = 3

  public init() {}

  /// The same options of a socket that is known as, and knows others by, `identification`.
  public func with(_ identification: Identification) -> SocketOptions {
    var options = self
    options.identification = identification
    return options
  }
}
