/// The least time that `work` takes, of 5 to 200 times in about half a second, on this thread. The
/// least is what the machine needs; all above it is what else happened.
func leastTime(_ work: () throws -> Void) rethrows -> Duration {
  let clock = ContinuousClock()
  let start = clock.now
  var (least, count) = (Duration.seconds(1 << 30), 0)
  while count < 5 || count < 200 && start.duration(to: clock.now) < .milliseconds(500) {
    let before = clock.now
    try work()
    least = min(least, before.duration(to: clock.now))
    count += 1
  }
  return least
}

extension Duration {
  /// With three digits: `3.9 µs`, `1.42 ms`, `2.5 s`.
  var readable: String {
    let seconds = self / .seconds(1)
    let (value, unit) =
      seconds < 1e-3 ? (seconds * 1e6, "µs") : seconds < 1 ? (seconds * 1e3, "ms") : (seconds, "s")
    return value < 100
      ? "\((value * 100).rounded() / 100) \(unit)" : "\(Int(value.rounded())) \(unit)"
  }
}
