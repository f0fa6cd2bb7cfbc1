import Coordination
import Logging
import Transport
import Wire

/// A service that listens to peers, and holds them to the protocol.
protocol PeerSupervision: AnyObject {
  /// What the peers are connected to.
  var peers: RouterSocket { get }
  /// Who may take part, if peers need keys.
  var keys: CoordinatorKeys? { get }
  var discipline: Discipline { get set }
  var refusals: RefusalLog { get set }
  var log: Logger { get }
  var now: Moment { get }

  /// Takes in what a peer says that is listened to.
  func listen(to frame: Frame, from peer: PeerID)
  /// What this is to the peers, in words.
  var role: String { get }
  func send(_ message: Message, to worker: WorkerID)
  /// Goes on without a worker that is heard no more.
  func dismiss(_ worker: WorkerID)
}

extension PeerSupervision {
  /// Takes in what came from a peer, whatever it is.
  func supervise(_ frame: Frame, from peer: PeerID) {
    if peer.isMadeUp { return superviseNameless(frame, from: peer) }
    switch discipline.hearing(of: peer, bytes: frame.count, at: now) {
    case .struckOff:
      refusals.count(.struckOff)
      return peers.disconnect(peer)
    case .tooMuch: refuse(.tooMuch, of: "\(peer)", because: "it was asked for less")
    case .heard:
      let offences = refusals.counts.offences
      listen(to: frame, from: peer)
      guard refusals.counts.offences > offences else { return }
    }
    blame(peer, frame.key, at: frame.address)
  }

  /// Drops a message under a name that ZeroMQ made up. An honest worker that came back may have said it
  /// before, so nobody is blamed.
  private func superviseNameless(_ frame: Frame, from peer: PeerID) {
    refuse(.foreignName, of: "\(peer)", because: "workers have names of their own")
    let hearing = discipline.hearing(of: peer, bytes: frame.count, at: now)
    if hearing != .heard { peers.disconnect(peer) }
  }

  /// A peer broke the protocol. Who does so again and again is named once, cut off, and heard no more;
  /// what it was lent goes to others.
  private func blame(_ peer: PeerID, _ key: CurveKey?, at address: String) {
    guard discipline.blame(peer, own(key), at: now) else { return }
    let text = key.map { "\($0)" } ?? "none"
    log.error(
      "struck off who breaks the protocol",
      metadata: ["peer": "\(peer)", "address": "\(address)", "key": "\(text)"])
    strikeOff(key)
    peers.disconnect(peer)
    if let worker = WorkerID(peer) { dismiss(worker) }
  }

  /// Lets nobody in with the key any more, if it is one peer's alone.
  private func strikeOff(_ key: CurveKey?) {
    if let own = own(key) { peers.admissions?.strikeOff(own) }
  }

  private func own(_ key: CurveKey?) -> CurveKey? {
    key.flatMap { keys?.isShared($0) ?? false ? nil : $0 }
  }

  func refuse(_ kind: Refusals.Kind, of peer: String, because why: @autoclosure () -> String) {
    refusals.note(kind, of: peer, because: why(), at: now)
  }
}

// MARK: - Who may take part

extension PeerSupervision {
  /// Whether a worker that introduces itself may take part; if not, it is told why.
  func admits(_ hello: Message.Hello, of worker: WorkerID) -> Bool {
    guard discipline.mayGreet(worker.peer, at: now) else {
      refuse(.tooMuch, of: "\(worker)", because: "it has greeted again and again")
      return false
    }
    guard hello.numerics != numericsVersion else { return true }
    let text =
      "the \(role) computes by version \(numericsVersion) of the arithmetic,"
      + " the worker (\(hello.software)) by version \(hello.numerics)"
    refuse(.numerics, of: hello.name, because: text)
    send(.refusal(.init(.numerics, text)), to: worker)
    return false
  }
}

// MARK: - What the socket noticed

extension PeerSupervision {
  /// Counts, tells of and acts on what the socket kept from us; answers with who was lost.
  func lost(among events: [PeerEvent]) -> [WorkerID] {
    events.compactMap { event in
      switch event {
      case .lost(let peer): return WorkerID(peer)
      case .stranger:
        refuse(.wordlessConnection, of: "unknown", because: "no ZeroMQ, or nothing said")
      case .unreadable(let peer, let key): if !peer.isMadeUp { blame(peer, key, at: "") }
      case .intruder(let peer, let key, let intrusion): note(intrusion, peer, key)
      }
      return nil
    }
  }

  private func note(_ intrusion: Intrusion, _ peer: PeerID, _ key: CurveKey?) {
    let who = key.map { "\(peer) with the key \($0)" } ?? "\(peer)"
    switch intrusion {
    case .takenName:
      refuse(.takenName, of: who, because: "the name is another key's")
      strikeOff(key)
    case .unmarked: refuse(.unmarked, of: who, because: "nobody was asked to let it in")
    case .notAdmitted: refuse(.deniedKey, of: who, because: "the key is not allowed any more")
    }
  }

  /// Follows changes of whom to let in; counts and tells whom the socket kept out.
  func tendKeys() {
    keys?.tend(log)
    while refusals.counts[.severalFrames] < peers.refusedMessages {
      refuse(.severalFrames, of: "unknown", because: "one message is one frame")
    }
    guard let (denials, others) = peers.admissions?.takeDenials() else { return }
    for denial in denials {
      refuse(.deniedKey, of: denial.address, because: denial.reason.description)
    }
    for _ in 0..<others {
      refuse(.deniedKey, of: "unknown", because: "too many at once to name all")
    }
  }
}
