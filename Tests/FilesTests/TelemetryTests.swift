import Files
import Foundation
import Telemetry
import Testing

private func record(_ step: Int) -> MetricsRecord {
  MetricsRecord(
    step: step, lossBefore: 3.1, lossAfter: 0.1, tasksPerSecond: 123456.78, computing: 0.87654,
    seconds: 1.23456, workers: 4, refused: 5)
}

private func lines(_ path: String) throws -> [String] {
  String(decoding: try readFile(path), as: UTF8.self).components(separatedBy: "\n")
}

@Test func aRecordIsOneLineOfJSON() throws {
  #expect(
    record(7).line
      == "{\"step\":7,\"loss_before\":3.1,\"loss_after\":0.1,\"tasks_per_second\":123456.8,"
      + "\"computing\":0.877,\"seconds\":1.235,\"workers\":4,\"refused\":5}")
  var diverged = record(8)
  (diverged.lossBefore, diverged.lossAfter) = (.nan, -.infinity)
  #expect(diverged.line.hasPrefix("{\"step\":8,\"loss_before\":null,\"loss_after\":null,"))
}

@Test(arguments: [Float.leastNonzeroMagnitude, 1e-30, 0.1, 1, 16_777_216, 3e38])
func lossesAreRecordedWithAllTheirDigits(_ loss: Float) throws {
  var record = record(1)
  record.lossAfter = loss
  struct Line: Decodable { var loss_after: Float }
  #expect(try JSONDecoder().decode(Line.self, from: Data(record.line.utf8)).loss_after == loss)
}

@Test func aLogIsContinuedAfterTheCheckpoint() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/metrics.jsonl"
  do {
    let log = try MetricsLog(path, after: 0)
    for step in [10, 20, 30, 40] { try log.append(record(step)) }
  }
  let log = try MetricsLog(path, after: 20)
  #expect(try lines(path) == [record(10).line, record(20).line, ""])
  try log.append(record(30))
  #expect(try lines(path) == [record(10).line, record(20).line, record(30).line, ""])
}

@Test func aTornLastLineIsDropped() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/metrics.jsonl"
  let whole = Array((record(10).line + "\n" + record(20).line + "\n").utf8)
  let first = record(10).line.utf8.count + 1
  for length in 0..<whole.count {
    try writeAtomically(Array(whole[..<length]), to: path)
    _ = try MetricsLog(path, after: 100)
    #expect(try readFile(path) == Array(whole[..<(length < first ? 0 : first)]))
  }
}

private let progress = Progress(
  step: 12_345, steps: 70_000, tasksPerSecond: 234_567,
  losses: Progress.Losses(before: 3.25, after: 0.0001234), workers: 4, timeLeft: .seconds(95))

@Test func aWideLineSaysEverything() {
  #expect(
    progress.line(width: 200, style: .plain)
      == "█████▎························  12,345/70,000  17 %  loss 3.250 → 1.23e-4"
      + "  234,567 tasks/s  4 workers  1 min 35 s left")
}

@Test(arguments: 1...120) func aLineKeepsToItsWidth(_ width: Int) {
  let line = progress.line(width: width, style: .plain)
  #expect(line.count <= width)
  #expect(line.contains("12,345/70,000".prefix(width)))
  let colored = progress.line(width: width, style: .colored)
  let escapes = #/\u{1B}\[[0-9]*m/#
  #expect(colored.replacing(escapes, with: "") == line)
}

@Test(arguments: [
  (81, "12,345/70,000  17 %  loss 3.250 → 1.23e-4  234,567 tasks/s  1 min 35 s left"),
  (59, "12,345/70,000  17 %  loss 3.250 → 1.23e-4  234,567 tasks/s"),
  (50, "12,345/70,000  17 %  loss 3.250 → 1.23e-4"),
  (30, "12,345/70,000  17 %"),
  (15, "12,345/70,000"),
  (8, "12,345/7"),
])
func narrowLinesLeaveOutWhatMattersLeast(width: Int, expected: String) {
  #expect(progress.line(width: width, style: .plain) == expected)
}

@Test func theFirstLineHasNothingToTellYet() {
  let start = Progress(
    step: 0, steps: 5, tasksPerSecond: 0, losses: nil, workers: 1, timeLeft: nil)
  #expect(start.line(width: 40, style: .plain) == "0/5  0 %  0.0 tasks/s  1 worker")
  var odd = start
  (odd.tasksPerSecond, odd.losses) = (.infinity, Progress.Losses(before: .nan, after: -.infinity))
  #expect(odd.line(width: 60, style: .plain).contains("loss NaN → -∞  ? tasks/s"))
}

@Test(arguments: [
  (Duration.seconds(-1), "0 s"), (.milliseconds(59_999), "59 s"), (.seconds(60), "1 min 00 s"),
  (.seconds(3599), "59 min 59 s"), (.seconds(3660), "1 h 01 min"), (.seconds(90_000), "1 d 01 h"),
])
func durationsAreShort(duration: Duration, expected: String) {
  var waiting = progress
  waiting.timeLeft = duration
  #expect(waiting.line(width: .max, style: .plain).hasSuffix("  \(expected) left"))
}

@Test(arguments: [
  (Float(0), "0.000"), (1.0005, "1.000"), (99_999.5, "99999.500"), (100_000, "1.00e5"),
  (9.9999e-4, "1.00e-3"), (-1e-30, "-1.00e-30"), (.greatestFiniteMagnitude, "3.40e38"),
  (.leastNonzeroMagnitude, "1.40e-45"),
])
func lossesAreShort(loss: Float, expected: String) {
  var diverged = progress
  diverged.losses = Progress.Losses(before: loss, after: 1)
  #expect(diverged.line(width: .max, style: .plain).contains("loss \(expected) → 1.000"))
}

@Test func colorsAreForTerminalsThatWantThem() throws {
  let scratch = try Scratch()
  let file = try Descriptor(opening: scratch.path + "/log", O_RDWR | O_CREAT, mode: 0o666)
  #expect(Terminal.screen(descriptor: file.number, environment: ["TERM": "xterm"]) == .log)
  #expect(Terminal.width(descriptor: file.number) == 80)
  var (terminal, other): (Int32, Int32) = (-1, -1)
  var size = winsize(ws_row: 24, ws_col: 57, ws_xpixel: 0, ws_ypixel: 0)
  try #require(openpty(&terminal, &other, nil, nil, &size) == 0)
  defer { [terminal, other].forEach { close($0) } }
  let screens = [["TERM": "xterm"], ["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], [:]]
    .map { Terminal.screen(descriptor: other, environment: $0) }
  #expect(screens == [.terminal(.colored), .terminal(.plain), .log, .log])
  #expect(Terminal.width(descriptor: other) == 57)
}

@Test func theTerminalIsDrawnAtMostTenTimesASecond() {
  var line = ProgressLine(.terminal(.plain), every: .milliseconds(100))
  let drawn = (0..<1000).map { milliseconds in
    line.update(progress, at: .milliseconds(milliseconds), width: 80)
  }
  #expect(drawn.filter { !$0.isEmpty }.count == 10)
  #expect(drawn[0] == "\r\u{1B}[K" + progress.line(width: 79, style: .plain))
  #expect(line.clear() == "\r\u{1B}[K")
  #expect(line.clear() == "")
}

@Test func offATerminalTheLinesStay() {
  var line = ProgressLine(.log, every: .seconds(30))
  let written = (0..<90).map { line.update(progress, at: .seconds($0), width: 10) }.joined()
  let expected = progress.line(width: .max, style: .plain) + "\n"
  #expect(written == expected + expected + expected)
  #expect(line.clear() == "")
}

@Test func theTableIsAligned() {
  let rows = [
    EvaluationTable.Row(mean: 13.5, halfWidth: 0.25), .init(mean: 0.66667, halfWidth: 0.01234),
  ]
  let table = EvaluationTable(
    [.init("mean squared error", key: "mean", rows: rows)], tasks: 600)
  #expect(
    table.text == """
      mean squared error over 600 tasks

      inner steps     mean  ± 95 % CI
                0  13.5000     0.2500
                1   0.6667     0.0123

      """)
}

@Test func sharesStandBesideLossesAndSayHowTheyWereMeasured() {
  let table = EvaluationTable(
    [
      .init(
        "accuracy", key: "accuracy", isShare: true, rows: [.init(mean: 0.98765, halfWidth: 0.01)]),
      .init("cross-entropy", key: "loss", rows: [.init(mean: 0.5, halfWidth: 0.25)]),
    ],
    tasks: 10, note: "judged alone")
  #expect(
    table.text == """
      accuracy over 10 tasks, judged alone

      inner steps  accuracy  ± 95 % CI    loss  ± 95 % CI
                0   98.77 %       1.00  0.5000     0.2500

      """)
  #expect(table.json.contains("\"note\": \"judged alone\""))
  #expect(
    table.json.contains("\"mean\": 0.98765, \"ci95\": 0.01, \"loss\": 0.5, \"loss_ci95\": 0.25"))
}

@Test func layersStandBelow() {
  let table = EvaluationTable(
    [.init("loss", key: "loss", rows: [.init(mean: 0.5, halfWidth: 0.25)])], tasks: 10,
    layers: [
      .init(
        "fc1", moved: .init(mean: 0.125, halfWidth: 0.01), in: 1, figures: [.init("moving", 0.5)]),
      .init("bn1", moved: .init(mean: .infinity, halfWidth: .nan), in: 1, figures: []),
    ])
  #expect(
    table.text.hasSuffix(
      """

      layer  moved in 1 step  ± 95 % CI  moving
        fc1           0.1250     0.0100  0.5000
        bn1                -          -       -

      """))
  #expect(
    table.json.hasSuffix(
      """
        ],
        "layers": [
          {"layer": "fc1", "inner_steps": 1, "moved": 0.125, "moved_ci95": 0.01, "moving": 0.5},
          {"layer": "bn1", "inner_steps": 1, "moved": null, "moved_ci95": null}
        ]
      }

      """))
}

@Test func figuresStandAtTheEndOfARecord() {
  var watched = record(7)
  watched.figures = [.init("moving.fc1", 0.5), .init("rate_least.fc1", .nan)]
  #expect(watched.line.hasSuffix("\"refused\":5,\"moving.fc1\":0.5,\"rate_least.fc1\":null}"))
}

@Test func aMeanThatIsNoNumberIsCalledWhatItIs() {
  let rows = [
    EvaluationTable.Row(mean: -.nan, halfWidth: .nan), .init(mean: 1, halfWidth: .infinity),
  ]
  let table = EvaluationTable([.init("loss", key: "loss", rows: rows)], tasks: 2)
  let lines = table.text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ") }
  #expect(lines == [["0", "diverged"], ["1", "diverged"]])
}

@Test func theTableIsJSONToo() throws {
  struct Table: Decodable {
    struct Row: Decodable {
      var inner_steps: Int
      var mean: Double?
      var ci95: Double?
    }
    var measure: String
    var tasks: Int
    var results: [Row]
  }
  let means = [
    EvaluationTable.Row(mean: 0.1 + 0.2, halfWidth: 1e-300),
    .init(mean: .nan, halfWidth: .infinity),
  ]
  let table = EvaluationTable([.init("\"loss\"", key: "loss", rows: means)], tasks: 2)
  let found = try JSONDecoder().decode(Table.self, from: Data(table.json.utf8))
  #expect(found.measure == "\"loss\"")
  #expect(found.tasks == 2)
  #expect(found.results.map(\.inner_steps) == [0, 1])
  #expect(found.results[0].mean == 0.1 + 0.2)
  #expect(found.results[0].ci95 == 1e-300)
  #expect(found.results[1].mean == nil)
}
