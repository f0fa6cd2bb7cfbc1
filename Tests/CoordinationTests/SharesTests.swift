import NDArrays
import Testing

@testable import Coordination

private func shares(
  of tasks: Int, _ paces: [Double], answers: Double = 0, most: Int = .max
) -> [Shares.Part] {
  Shares(tasks: tasks, paces: paces, answerTime: answers, mostTasks: most).parts()
}

/// Tasks of a thread's parts, the largest first.
private func sizes(_ parts: [Shares.Part], of threads: Int) -> [[Int]] {
  (0..<threads).map { thread in
    parts.filter { $0.thread == thread }.map(\.range.count).sorted(by: >)
  }
}

/// 32 tasks of about 4 ms, answers of a quarter.
@Test(
  arguments: [
    ([4, 4, 4, 4], [[8], [8], [8], [8]]),
    ([4, 4, 4], [[8, 2, 1], [8, 2, 1], [8, 2]]),
    ([4.9, 4.6, 3.4, 4.4], [[4, 2, 1], [4, 2, 1], [8, 2], [8]]),
    ([4.1, 4, 3.9, 4], [[8], [8], [8], [8]]),
    ([4, 4, 4, 400], [[8, 2, 1], [8, 2, 1], [8, 2], []]),
    ([4, 8], [[16, 4, 2], [8, 2]]),
  ] as [([Double], [[Int]])])
func threadsGetAsMuchAsTheyDoInTheSameTime(paces: [Double], expected: [[Int]]) {
  let parts = shares(of: 32, paces, answers: 0.25)
  #expect(sizes(parts, of: paces.count) == expected)
}

@Test func partsAreAsFewAsAnswersAreDear() {
  let paces = [1.3, 1.0, 1.0, 1.0]
  #expect(sizes(shares(of: 32, paces, answers: 0.1), of: 4) == [[4, 2], [8, 1], [8, 1], [8]])
  #expect(sizes(shares(of: 32, paces, answers: 1), of: 4) == [[8], [8], [8], [8]])
  #expect(shares(of: 32, paces, answers: 100).map(\.range.count) == [32])
}

/// However many tasks and threads there are, and however differently they go.
@Test(arguments: 0..<200)
func sharesAreTheWholeBatchAndDoneAsSoonAsCanBe(seed: Int) {
  var random = RandomKey(seed: UInt64(seed)).stream
  let tasks = Int.random(in: 1...100, using: &random)
  let most = Int.random(in: 1...tasks, using: &random)
  let paces = (0..<Int.random(in: 1...12, using: &random)).map { _ in
    Double.random(in: 0.1...2, using: &random)
  }
  let parts = shares(of: tasks, paces, most: most)
  #expect(parts.flatMap { Array($0.range.indices) } == Array(0..<tasks))
  #expect(parts.allSatisfy { $0.range.count <= most && $0.range.isNode(ofBatch: tasks) })
  let ends = paces.indices.map { thread in
    parts.reduce(0) { $0 + ($1.thread == thread ? Double($1.range.count) * paces[thread] : 0) }
  }
  // The soonest moment at which some thread is done with a task and all together with so many.
  let moments = paces.flatMap { pace in (1...tasks).map { pace * Double($0) } }
  let soonest = moments.sorted().first { moment in
    paces.reduce(0) { $0 + Int(moment / $1 + 1e-9) } >= tasks
  }
  #expect(ends.max() ?? 0 <= (soonest ?? 0) * (1 + 1e-9))
}

// MARK: - By the coordinator

/// Workers that take their time over tasks, and a coordinator that deals them 32 a round.
private struct Company {
  var bench = CoordinatorBench(batch: 32, steps: 1000)
  var paces: [Duration]

  init(_ milliseconds: Int...) {
    paces = []
    for pace in milliseconds { join(.milliseconds(pace)) }
  }

  var workers: [WorkerID] { paces.indices.map { WorkerID(UInt64($0 + 1)) } }

  mutating func join(_ pace: Duration) {
    paces.append(pace)
    bench.hear(.hello(capacity: 1), from: workers[paces.count - 1])
  }

  /// Leases of this round that a worker has and did not answer.
  private func owed(by worker: Int) -> [Lease] {
    bench.coordinator.leases(of: workers[worker])
      .filter { $0.round == bench.coordinator.round }
  }

  /// Plays a round to its end.
  ///
  /// - Parameters:
  ///   - late: who begins so much later.
  ///   - liar: who says that it takes no time.
  /// - Returns: how long it took, and how many tasks each had of it.
  @discardableResult
  mutating func round(
    late: (worker: Int, by: Duration)? = nil, liar: Int? = nil
  ) -> (time: Duration, tasks: [Int]) {
    let begin = bench.now
    var (tasks, free) = (paces.map { _ in 0 }, paces.map { _ in begin })
    if let late { free[late.worker] = begin + late.by }
    while bench.coordinator.phase == .gathering {
      let next = workers.indices.compactMap { worker -> (Int, Lease, Moment)? in
        guard let lease = owed(by: worker).first else { return nil }
        let start = max(free[worker], bench.coordinator.roundBegan)
        return (worker, lease, start + paces[worker] * lease.range.count)
      }
      guard let (worker, lease, end) = next.min(by: { $0.2 < $1.2 }) else { break }
      bench.now = max(bench.now, end)
      // Who has nothing to do begins with what it gets now.
      for idle in workers.indices where owed(by: idle).isEmpty { free[idle] = bench.now }
      free[worker] = bench.now
      tasks[worker] += lease.range.count
      let said = worker == liar ? .zero : paces[worker]
      bench.answer(lease, from: workers[worker], taking: said)
    }
    bench.handle(.applied(round: bench.coordinator.round))
    return (bench.now - begin, tasks)
  }
}

@Test func whoIsSlowGetsLessBeforeLong() {
  var company = Company(4, 4, 4, 8)
  for _ in 0..<30 { company.round() }
  let (time, tasks) = company.round()
  #expect(tasks[3] == 4 && tasks.reduce(0, +) == 32, "\(tasks)")
  #expect(time <= .milliseconds(4 * 10), "not the 64 that an eighth more would take it")
  company.paces = company.paces.map { _ in .milliseconds(4) }
  for _ in 0..<60 { company.round() }
  #expect(company.round().tasks == [8, 8, 8, 8])
}

@Test func whoWasStoppedOnceIsNotSlow() {
  var company = Company(4, 4, 4, 4)
  for _ in 0..<30 { company.round() }
  company.paces[1] = .seconds(10)
  company.round()
  company.paces[1] = .milliseconds(4)
  for _ in 0..<3 { #expect(company.round().tasks[1] >= 6) }
}

@Test func whoIsDoneTakesWhatOthersHaveInStore() {
  var company = Company(5, 5, 4, 4, 4)
  for _ in 0..<30 { company.round() }
  let usual = company.round().tasks
  let late = company.round(late: (0, by: .milliseconds(40))).tasks
  #expect(late[0] < usual[0], "\(late), and \(usual) before")
  #expect(late.reduce(0, +) == 32)
}

@Test func whoJoinsGetsAShareOfTheRoundAfterNext() {
  var company = Company(4, 4, 4, 8)
  for _ in 0..<30 { company.round() }
  company.join(.milliseconds(4))
  for _ in 0..<2 { #expect(company.round().tasks.reduce(0, +) == 32) }
  #expect(company.round().tasks[4] >= 6)
}

@Test func whoSaysThatItIsFastGetsNoMoreThanTwiceWhatItCanDo() {
  var company = Company(4, 4, 4, 4)
  for _ in 0..<100 { company.round(liar: 0) }
  let tasks = company.round(liar: 0).tasks
  #expect((8...14).contains(tasks[0]), "\(tasks)")
}

/// What was so slow that it got nothing may not be so any more.
@Test func nobodyIsForgottenForEver() {
  var company = Company(4, 4, 4, 4)
  for _ in 0..<30 { company.round() }
  company.paces[2] = .milliseconds(400)
  let rounds = (0..<400).map { _ in company.round().tasks[2] }
  #expect(rounds.filter { $0 == 0 }.count > 300, "it has little")
  #expect(rounds.suffix(200).contains { $0 > 0 }, "and is tried again")
}
