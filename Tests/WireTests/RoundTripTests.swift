import NDArrays
import Testing
import Wire

@Suite struct RoundTripTests {
  @Test func randomPacketsComeBackEqual() throws {
    for seed in 0..<500 as Range<UInt64> {
      var random = RandomPackets(RandomKey(seed: seed))
      let packet = random.packet()
      #expect(try Wire.decode(Wire.encode(packet)) == packet, "seed \(seed)")
    }
  }

  @Test func everyFiniteBitPatternSurvives() throws {
    let values: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi,
    ]
    let sent = Message.MetaGradient(
      round: 0, leases: [1], tasks: 0..<1, time: .zero, outcome: .init(values))
    let received = try Wire.decode(Wire.encode(Packet(run: 1, epoch: 1, .metaGradient(sent))))
    guard case .metaGradient(let gradient) = received.message,
      case .sum(let sum) = gradient.outcome
    else {
      Issue.record("\(received) is another message")
      return
    }
    #expect(sum.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func aSumWithOneBadValueIsNotFinite() {
    #expect(Message.MetaGradient.Outcome([1, 2]) == .sum([1, 2]))
    #expect(Message.MetaGradient.Outcome([]) == .sum([]))
    for value in [Float.nan, -.nan, .infinity, -.infinity] {
      #expect(Message.MetaGradient.Outcome([1, 2, 3, 4, value, 5]) == .notFinite)
    }
  }

  @Test func aFrameIsWrittenWhereItIsWanted() {
    for sample in Sample.all {
      Wire.withEncoding(of: sample.packet) { encoding in
        var room = [UInt8](repeating: 0xEE, count: encoding.byteCount + 3)
        room.withUnsafeMutableBytes { room in
          encoding.write(to: UnsafeMutableRawBufferPointer(rebasing: room[3...]))
        }
        #expect(Array(room[3...]) == Wire.encode(sample.packet))
        #expect(Array(room[..<3]) == [0xEE, 0xEE, 0xEE])
      }
    }
  }
}

/// Packets of all kinds, with all sorts of values.
private struct RandomPackets {
  private var stream: RandomStream

  init(_ key: RandomKey) { stream = key.stream }

  mutating func packet() -> Packet {
    Packet(run: stream.next(), epoch: UInt32(truncatingIfNeeded: integer()), message())
  }

  private mutating func message() -> Message {
    switch below(9) {
    case 0:
      .hello(
        Message.Hello(
          numerics: UInt32(below(1 << 20)), software: line(), name: name(),
          capacity: 1 + below(500),
          isRelay: below(2) == 0, draws: below(2) == 0))
    case 1:
      .welcome(
        Message.Welcome(
          plan: name() + "\n" + line(), planDigest: name(), programDigest: name(),
          ping: .milliseconds(1 + below(100_000)), patience: .milliseconds(1 + below(100_000))))
    case 2:
      .refusal(
        .init(Message.Refusal.Reason.allCases[below(Message.Refusal.Reason.allCases.count)], line())
      )
    case 3:
      .parameters(Message.Parameters(round: round(), tensors: tensors(1 + below(5), first: nil)))
    case 4: .taskBatch(taskBatch())
    case 5: .metaGradient(metaGradient())
    case 6:
      .ping(
        Message.Ping(
          round: below(3) == 0 ? nil : round(), leases: (0..<below(9)).map { _ in integer() },
          capacity: below(5)))
    case 7: .pong
    default:
      .goodbye(
        .init(Message.Goodbye.Reason.allCases[below(Message.Goodbye.Reason.allCases.count)], line())
      )
    }
  }

  private mutating func taskBatch() -> Message.TaskBatch {
    let tasks = self.tasks()
    return Message.TaskBatch(
      round: round(), lease: integer(), attempt: below(4), tasks: tasks,
      sums: SumForm(batch: 1 + below(99), added: below(999), width: below(9)),
      episodes: tensors(below(2) * 4, first: tasks.count))
  }

  private mutating func metaGradient() -> Message.MetaGradient {
    Message.MetaGradient(
      round: round(), leases: (0...below(3)).map { _ in integer() }, tasks: tasks(),
      time: .microseconds(below(1 << 40)),
      outcome: [.notFinite, .died, .sum(values(below(200)))][below(3)])
  }

  private mutating func tensors(_ count: Int, first: Int?) -> [NamedArray] {
    (0..<count).map { _ in
      var sizes = (0..<below(4)).map { _ in below(4) }
      if let first { sizes.insert(first, at: 0) }
      let shape = Shape(sizes)
      if shape.count > 0, below(2) == 0 {
        let pixels = (0..<shape.count).map { _ in UInt8(below(256)) }
        return NamedArray(name(), .pixels(pixels, shape: shape))
      }
      return NamedArray(name(), NDArray(values(shape.count), shape: shape))
    }
  }

  private mutating func values(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: stream.next()))
      return value.isFinite ? value : 0
    }
  }

  private mutating func tasks() -> Range<Int> {
    let lower = below(1000)
    return lower..<lower + 1 + below(20)
  }

  private mutating func round() -> Int { Int(integer() >> 2) }

  /// Of any number of bits.
  private mutating func integer() -> UInt64 { stream.next() >> UInt64(below(64)) }

  private mutating func name() -> String { text(from: Array("abcXYZ019._-:/")) + "n" }

  private mutating func line() -> String { text(from: Array("ab 12 äß€ 漢字 🎯'\"\\")) }

  private mutating func text(from characters: [Character]) -> String {
    String((0..<below(40)).map { _ in characters[below(characters.count)] })
  }

  private mutating func below(_ limit: Int) -> Int { Int(stream.next() % UInt64(limit)) }
}
