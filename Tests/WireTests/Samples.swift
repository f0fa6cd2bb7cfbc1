import NDArrays
import Testing
import Wire

/// One packet of each kind, the ones in the golden files.
struct Sample: Sendable, CustomTestStringConvertible {
  var name: String
  var packet: Packet
  var testDescription: String { name }

  static func ofRun(_ name: String, _ message: Message) -> Sample {
    Sample(name: name, packet: Packet(run: 0x0123_4567_89AB_CDEF, epoch: 3, message))
  }

  static let all = [
    Sample(
      name: "hello",
      packet: Packet(
        run: 0, epoch: 0,
        .hello(
          Message.Hello(
            numerics: 7, software: "outerloop 0.1.0 (x86_64)", name: "node-3:4711", capacity: 4)))),
    Sample(
      name: "hello-of-a-relay",
      packet: Packet(
        run: 0, epoch: 0,
        .hello(
          Message.Hello(
            numerics: 7, software: "outerloop 0.1.0", name: "node-3:4712", capacity: 64,
            isRelay: true)))),
    Sample(
      name: "hello-of-one-that-draws",
      packet: Packet(
        run: 0, epoch: 0,
        .hello(
          Message.Hello(
            numerics: 7, software: "outerloop 0.1.0", name: "node-3:4713", capacity: 1,
            draws: true)))),
    .ofRun(
      "welcome",
      .welcome(
        Message.Welcome(
          plan: "seed: 1\nsteps: 70000\n", planDigest: "a1b2c3", programDigest: "d4e5f6",
          ping: .milliseconds(250), patience: .seconds(5)))),
    .ofRun("refusal", .refusal(.init(.numerics, "this worker's numerics are 7, the run's 8 — Ω"))),
    .ofRun("parameters", .parameters(Message.Parameters(round: 12, tensors: tensors))),
    .ofRun(
      "task-batch",
      .taskBatch(
        Message.TaskBatch(
          round: 12, lease: 3 << 32 | 99, attempt: 1, tasks: 6..<8,
          sums: SumForm(batch: 25, added: 1765, width: 0), episodes: episodes))),
    .ofRun(
      "task-batch-of-images",
      .taskBatch(
        Message.TaskBatch(
          round: 12, lease: 7, attempt: 0, tasks: 6..<7,
          sums: SumForm(batch: 8, added: 0, width: 4), episodes: images))),
    .ofRun(
      "task-batch-drawn-by-worker",
      .taskBatch(
        Message.TaskBatch(
          round: 0, lease: 1, attempt: 0, tasks: 0..<25,
          sums: SumForm(batch: 25, added: 112_005, width: 3), episodes: []))),
    .ofRun(
      "meta-gradient",
      .metaGradient(
        Message.MetaGradient(
          round: 12, leases: [3 << 32 | 99], tasks: 6..<8, time: .microseconds(1234),
          outcome: .sum([4.5, 3.25, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude])))),
    .ofRun(
      "meta-gradient-not-finite",
      .metaGradient(
        Message.MetaGradient(
          round: 12, leases: [5], tasks: 0..<1, time: .zero, outcome: .notFinite))),
    .ofRun(
      "meta-gradient-of-a-relay",
      .metaGradient(
        Message.MetaGradient(
          round: 12, leases: [5, 4, 9], tasks: 0..<4, time: .milliseconds(3),
          outcome: .sum([4.5, 3.25])))),
    .ofRun(
      "meta-gradient-of-the-dead",
      .metaGradient(
        Message.MetaGradient(
          round: 12, leases: [5], tasks: 0..<1, time: .zero, outcome: .died))),
    .ofRun(
      "ping", .ping(Message.Ping(round: 12, leases: [3 << 32 | 98, 3 << 32 | 99], capacity: 2))),
    .ofRun("ping-without-parameters", .ping(Message.Ping(round: nil, leases: [], capacity: 0))),
    .ofRun("pong", .pong),
    .ofRun("goodbye", .goodbye(.init(.leaving, "asked to stop"))),
  ]

  private static let tensors = [
    NamedArray("fc1.weight", NDArray([1, -2, 0.5, 3, 4, 5], shape: [2, 3])),
    NamedArray("fc1.bias", NDArray([0, 1], shape: [2])),
    NamedArray("rate", NDArray(0.01)),
  ]

  private static let images = [
    NamedArray("support_x", .pixels([0, 1, 128, 255], shape: [1, 1, 2, 2, 1])),
    NamedArray("support_y", NDArray([0], shape: [1, 1])),
  ]

  private static let episodes = [
    NamedArray("support_x", NDArray([1, 2, 3, 4], shape: [2, 2, 1])),
    NamedArray("support_y", NDArray([5, 6, 7, 8], shape: [2, 2, 1])),
    NamedArray("query_x", NDArray([9, 10], shape: [2, 1, 1])),
    NamedArray("query_y", NDArray([11, 12], shape: [2, 1, 1])),
  ]
}
