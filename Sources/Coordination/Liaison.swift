/// The tie of a worker, or of a relay, to its coordinator: who greets whom, and what silence means.
struct Liaison: Sendable {
  /// What has become due with time.
  enum Due { case nothing, ping, reconnect }

  var rules: Worker.Rules
  private(set) var phase: Worker.Phase
  /// Of the coordinator that took it in last.
  private(set) var epoch: UInt32?
  private var lastHeard: Moment
  private var lastPing: Moment

  init(rules: Worker.Rules, at now: Moment) {
    (self.rules, lastHeard, lastPing) = (rules, now, now)
    phase = .introducing(attempts: 0, next: now)
  }

  func isServing(_ epoch: UInt32) -> Bool { phase == .serving && epoch == self.epoch }

  /// Whether a coordinator of this epoch may take it in.
  func mayEnter(_ epoch: UInt32) -> Bool {
    switch phase {
    case .introducing, .serving: epoch >= self.epoch ?? epoch
    case .leaving, .over: false
    }
  }

  mutating func hear(at now: Moment) { lastHeard = now }

  mutating func serve(_ epoch: UInt32) { (phase, self.epoch) = (.serving, epoch) }

  /// The coordinator does not know it any more, or cannot be heard.
  mutating func seek(at now: Moment) {
    if phase == .serving { phase = .introducing(attempts: 0, next: now) }
  }

  /// Greets whoever is at the other end now; what was said to the one before may be lost.
  mutating func meet(at now: Moment) {
    switch phase {
    case .introducing, .serving: phase = .introducing(attempts: 0, next: now)
    case .leaving, .over: break
    }
  }

  mutating func leave() {
    if case .introducing = phase { phase = .over(.left) } else { phase = .leaving }
  }

  mutating func end(_ reason: Worker.Reason) { phase = .over(reason) }

  /// Whether a greeting is due, which the caller then sends.
  mutating func greets(at now: Moment) -> Bool {
    guard case .introducing(let attempts, let next) = phase, now >= next else { return false }
    phase = .introducing(attempts: attempts + 1, next: now + pause(after: attempts))
    return true
  }

  mutating func watch(at now: Moment) -> Due {
    let silence = now - lastHeard
    if let loneliness = rules.loneliness, silence > loneliness {
      phase = .over(.alone(silence))
      return .nothing
    }
    switch phase {
    case .serving where silence > rules.patience:
      seek(at: now)
      return .reconnect
    case .serving where now - lastPing >= rules.ping:
      lastPing = now
      return .ping
    case .leaving where silence > rules.patience: phase = .over(.left)
    case .introducing, .serving, .leaving, .over: break
    }
    return .nothing
  }

  /// A fifth of a second, doubled each time, up to the patience.
  private func pause(after attempts: Int) -> Duration {
    min(.milliseconds(200) * (1 << min(attempts, 8)), rules.patience)
  }
}
