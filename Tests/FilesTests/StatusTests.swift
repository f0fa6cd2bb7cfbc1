import Files
import Foundation
import Telemetry
import Testing

/// A run in the middle of its training, with a hostile worker among two.
func sampleStatus(workers: Int = 2) -> ClusterStatus {
  var status = ClusterStatus(
    of: .init(folder: "runs/x", plan: "0123", epoch: 2, address: "tcp://h:1", process: 7),
    time: 1000, seconds: 65, phase: .training, step: 1200, steps: 70_000, tasksPerSecond: 1234.5,
    secondsLeft: 95, waitingFor: "a:1, to answer its part of step 1200, for 0.2 s")
  status.measured.lossBefore = 3.25
  status.measured.lossAfter = 0.125
  status.measured.accuracy = 0.9712
  status.measured.accuracyInterval = 0.005
  status.measured.bestStep = 1000
  status.refused = [.init("damaged", "damaged frames", 3)]
  status.events = [.init(seconds: 5, "a:1 joined"), .init(seconds: 64, "\u{1B}[2Jb left\n")]
  status.workers = (0..<workers).map { index in
    ClusterStatus.Worker(
      id: "\(index)", name: index == 0 ? "a:1" : "<script>\(index)</script>:\u{7}",
      threads: 4, isRelay: false, tasksPerSecond: 100, tasks: 54_321, silence: 1.5, leases: 2,
      oldestLease: index == 0 ? nil : 72, isLate: index > 0, failures: index)
  }
  for step in 1...100 {
    status.curves.lossAfter.append(Double(step), 1 / Double(step))
    status.curves.lossBefore.append(Double(step), 3)
  }
  return status
}

@Test func aStatusIsReadBackAsItWas() throws {
  let status = sampleStatus()
  let json = try status.json()
  let again = try ClusterStatus(json: json).json()
  #expect(again == json)
  #expect(String(decoding: json, as: UTF8.self).contains("\"tasks_per_second\":1234.5"))
  #expect(throws: (any Error).self) { try ClusterStatus(json: Data("{}".utf8)) }
}

@Test func aStatusIsATableForTerminals() {
  #expect(
    StatusTable(sampleStatus(), age: .seconds(1)).text == """
      run        runs/x, plan 0123, workers at tcp://h:1
      phase      training, 1 min 05 s since this coordinator began
      step       1,200 of 70,000, 1 min 35 s left
      loss       3.250 before adaptation, 0.125 after it
      accuracy   97.12 ± 0.50 %; best after step 1,000
      speed      1,235 tasks/s
      waits for  a:1, to answer its part of step 1200, for 0.2 s
      refused    3 damaged frames

      worker                threads  tasks/s   tasks  last sign  leases           oldest  failures
      a:1                         4      100  54,321        1 s       2                -         0
      <script>1</script>:�        4      100  54,321        1 s       2  1 min 12 s late         1

      1 min 00 s ago  a:1 joined
             1 s ago  �[2Jb left�

      """)
}

@Test func aCoordinatorThatIsGoneIsCalledSo() {
  var status = sampleStatus()
  let words = "last seen 7 s ago: the coordinator seems gone"
  #expect(StatusTable(status, age: .seconds(7)).text.contains(words))
  status.phase = .paused
  #expect(!StatusTable(status, age: .seconds(7)).text.contains(words))
}

@Test(arguments: [10, 399, 400, 100_000]) func aCurveStaysSmallAndKeepsItsMean(_ count: Int) {
  var curve = StatusCurve()
  for step in 1...count { curve.append(Double(step), step.isMultiple(of: 2) ? 1 : 0) }
  #expect(curve.y.count < 400)
  #expect(count < 400 ? curve.y.count == count : curve.y.allSatisfy { $0 == 0.5 })
  #expect(curve.x == curve.x.sorted())
  #expect(curve.x.last ?? 0 > Double(count) * 0.99)
  curve.append(.infinity, 1)
  curve.append(Double(count + 1), .nan)
  #expect((curve.x + curve.y).allSatisfy { $0.isFinite })
}

@Test func curvesGoOnFromTheMetrics() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/metrics.jsonl"
  #expect(try ClusterStatus.Curves(metrics: path) == ClusterStatus.Curves())
  try writeAtomically(
    Array(
      """
      {"step":10,"loss_before":3,"loss_after":2,"workers":1}
      {"step":10,"validation_loss":1.5,"validation_accuracy":0.5}
      {"step":20,"loss_before":null,"loss_after":1,"workers":1}
      {"step":30,"loss_
      """.utf8), to: path)
  let curves = try ClusterStatus.Curves(metrics: path)
  #expect(curves.lossAfter.x == [10, 20])
  #expect(curves.lossAfter.y == [2, 1])
  #expect(curves.lossBefore.y == [3])
  #expect(curves.validationLoss.y == [1.5])
  #expect(curves.accuracy.y == [0.5])
}

@Test func aFileIsReplacedWholeOrNotAtAll() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/status.json"
  try replaceFile(path, with: [1, 2, 3])
  let reader = try Descriptor(opening: path, O_RDONLY, mode: 0)
  try replaceFile(path, with: [4])
  #expect(try reader.readToEnd() == [1, 2, 3])
  #expect(try readFile(path) == [4])
  #expect(try listFolder(scratch.path) == ["status.json"])
}
