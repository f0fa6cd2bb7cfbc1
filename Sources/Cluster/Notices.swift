public import Coordination
import Logging
import Training

extension CoordinatorService {
  /// Tells people, in the log, what the coordinator found out about workers.
  func tell(_ notice: Notice) {
    let words = notice.told(of: run.rounds)
    log.log(level: notice.level, "\(words)")
    roster.note(words, at: now)
    roster.note(notice.told(of: run.rounds), at: now)
    onNotice(notice)
  }

  /// Which tasks were left out, for nobody got finite numbers for them.
  func tell(skipped tasks: [Int], in round: Int) {
    let names = tasks.map(\.description).joined(separator: ", ")
    let text =
      "\(run.rounds.kind(of: round)) leaves out \(tasks.count == 1 ? "task" : "tasks") \(names):"
      + " not finite, whoever computes"
    log.warning("\(text)")
    roster.note(text, at: now)
  }
}

extension Notice {
  fileprivate var level: Logger.Level {
    switch self {
    case .struckOff: .error
    case .alone, .inCompany, .undecided, .unaudited, .restarted: .warning
    }
  }

  /// One line for people.
  public func told(of rounds: Rounds) -> String {
    switch self {
    case .alone(let limit):
      "no worker is there; waiting for one" + (limit.map { ", for \($0.inTenths) at most" } ?? "")
    case .inCompany: "a worker is there again"
    case .undecided(let round, let range, let workers):
      "workers \(workers.list) say different things of tasks \(range) of \(rounds.kind(of: round));"
        + " waiting for another worker to decide"
    case .unaudited(let round, let range):
      "only one worker is there, so nothing is audited, from tasks \(range) of"
        + " \(rounds.kind(of: round)) on"
    case .struckOff(let conviction): conviction.told(of: rounds)
    case .restarted(let round, let worker):
      "\(rounds.kind(of: round)) begins again without what worker \(worker) had a part in"
    }
  }
}

extension Conviction {
  fileprivate func told(of rounds: Rounds) -> String {
    "worker \(worker) is struck off: of tasks \(range) of \(rounds.kind(of: round)) it says something"
      + " else than \(against.list), who agree; " + earlier.told(of: rounds)
  }
}

extension Participation {
  fileprivate func told(of rounds: Rounds) -> String {
    guard !spans.isEmpty else { return "it had no part in anything before" }
    let told = spans.map { span in
      span.count == 1
        ? "\(rounds.kind(of: span.lowerBound))"
        : "\(rounds.kind(of: span.lowerBound)) to \(rounds.kind(of: span.upperBound))"
    }
    return "before, it had a part in " + told.joined(separator: ", ")
  }
}

extension [WorkerID] {
  /// Such as `a, b and c`.
  var list: String {
    let names = map(\.description)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
