import Coordination
import Telemetry
import Testing
import Wire

@testable import Cluster

@Test func theStatusNamesWorkersAndWhatIsWaitedFor() throws {
  let run = try ServedRun(smallPlan(steps: 1_000_000))
  let lonely = try run.await("status") { $0.status }
  #expect(lonely.waitingFor.hasPrefix("a worker to join at here, for "))
  let idle = try HostilePeer(run, id: WorkerID(77))
  idle.send(.hello(capacity: 3))
  idle.send([1, 2, 3])
  let waiting = try run.await("a failure") { view in
    view.status.flatMap { $0.workers.first?.failures == 1 ? $0 : nil }
  }
  #expect(waiting.workers.map(\.name) == ["h:1"])
  #expect(waiting.workers.map(\.host) == ["h"])
  #expect(waiting.workers.map(\.threads) == [3])
  #expect(waiting.workers[0].leases > 0)
  #expect(waiting.waitingFor == "answers to step 0, from 1 worker")
  let late = try run.await("its lateness") { view in
    view.status.flatMap { $0.seconds > waiting.seconds + 1 ? $0 : nil }
  }
  #expect(late.waitingFor.hasPrefix("h:1, to answer its part of step 0, for 1."))
  #expect(waiting.events.map(\.text).first == "h:1 joined with 3 threads")
  #expect(waiting.refused.filter { $0.count > 0 }.map(\.kind) == ["malformed"])
  idle.send(.goodbye(.init(.leaving, "")))
  let left = try run.await("a departure") { view in
    view.status.flatMap { $0.workers.isEmpty ? $0 : nil }
  }
  #expect(left.events.map(\.text).contains("h:1 left"))
  run.addWorker()
  let busy = try run.await("tasks") { view in
    view.status.flatMap { $0.step > 3 ? $0 : nil }
  }
  #expect(busy.phase == .training)
  #expect(busy.counts.tasks >= 7 * busy.step)
  #expect(busy.tasksPerSecond > 0)
  #expect(busy.workers[0].tasks == busy.counts.tasks)
}

@Test func aWorkerThatFallsSilentIsInTheEvents() throws {
  let run = try ServedRun(smallPlan(steps: 1_000_000))
  let silent = try HostilePeer(run, id: WorkerID(78))
  silent.send(.hello())
  _ = try run.await("its loss") { view in
    view.status?.events.contains { $0.text.hasPrefix("h:1 was lost: no sign of life") }
      ?? false ? true : nil
  }
}

@Test func aRateIsThatOfLate() {
  func moment(_ seconds: Int) -> Moment { Moment(.seconds(seconds)) }
  var rate = SmoothedRate(at: moment(10))
  rate.observe(100, at: moment(12))
  #expect(rate.perSecond == 50)
  rate.observe(100, at: moment(12))
  #expect(rate.perSecond == 50)
  for second in 13...200 { rate.observe(100 + 10 * (second - 12), at: moment(second)) }
  #expect(abs(rate.perSecond - 10) < 0.01)
}

@Test func theRosterForgetsWhoLeftAndOldEvents() {
  var roster = Roster()
  for number in 0..<1000 {
    let worker = WorkerID(UInt64(number))
    roster.add(worker, "h:\(number)", 1, at: Moment(.seconds(number)))
    roster.credit(worker, tasks: 2)
    roster.keep([], others: "left", at: Moment(.seconds(number)))
    roster.credit(worker, tasks: 2)
    #expect(roster.entry(of: worker) == nil)
  }
  #expect(roster.tasks == 2000)
  #expect(roster.events.count == 50)
  #expect(roster.events.last?.text == "h:999 left")
}
