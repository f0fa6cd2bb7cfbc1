import CProcess
import Foundation

/// A processor for a thread that computes, which no other such thread of this machine has.
///
/// Between two rounds all threads sleep and wake within a millisecond, and where most processors are busy
/// Linux wakes a thread where it ran last or where it was woken from, without a look at the others. Of
/// two that compute on one processor the second then waits for some milliseconds, and with it a whole
/// step, until an idle processor has found it. So each keeps to one of its own, for as long as it is
/// alone there. Where programs of other kinds compute as well, the system knows better.
struct Seat: ~Copyable {
  /// `nil` where there are more threads than processors.
  private var seat: ol_seat?
  private var isTaken = false
  private var courtesy = Courtesy()
  /// How long the last piece of work took.
  private var last = Duration.zero

  /// Shorter work is over before it matters, and would rather be woken wherever a processor is free.
  private static let shortest = Duration.milliseconds(1)
  /// The part of its time for which a thread that shares its processor waits for it.
  private static let shared = 0.15

  /// Whether all processors had been claimed.
  var isNone: Bool { seat == nil }

  /// - Parameter claimants: a name for those among whom processors are divided.
  init(among claimants: String = "outerloop") {
    var seat = ol_seat()
    if ol_claim_seat(&seat, claimants) != 0 { self.seat = seat }
  }

  deinit {
    guard var seat else { return }
    if isTaken { _ = ol_allow_processors(&seat.allowed) }
    close(seat.claim)
  }

  /// Does a piece of work, and answers with what it came to and how long it took.
  ///
  /// Before it begins, whoever passes messages on there has a turn: others wait for these.
  mutating func take<Result>(for work: () -> Result) -> (result: Result, elapsed: Duration) {
    sit(last >= Self.shortest && !courtesy.isAway)
    sched_yield()
    let (computing, start) = (ol_thread_time(), ContinuousClock.now)
    let result = work()
    last = start.duration(to: .now)
    let waited = last - .nanoseconds(ol_thread_time() - computing)
    if isTaken || courtesy.isAway { courtesy.note(isDisturbed: waited > last * Self.shared) }
    return (result, last)
  }

  private mutating func sit(_ down: Bool) {
    guard isTaken != down, var seat else { return }
    _ = down ? ol_allow_processors(&seat.own) : ol_allow_processors(&seat.allowed)
    isTaken = down
  }
}

/// When a thread stays away from its seat: after it was disturbed there twice in a row, and for eight times
/// as long each time that it comes back to find somebody there: for 7, 63 and 511 pieces of work.
struct Courtesy {
  private var disturbances = 0
  private var rest = 0

  private static let mostDisturbances = 4

  var isAway: Bool { rest > 0 }

  /// Takes note of how a piece of work went.
  mutating func note(isDisturbed: Bool) {
    guard !isAway else { return rest -= 1 }
    disturbances = isDisturbed ? min(disturbances + 1, Self.mostDisturbances) : 0
    rest = isDisturbed ? (1 << (3 * (disturbances - 1))) - 1 : 0
  }
}
