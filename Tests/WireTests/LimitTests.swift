import NDArrays
import Testing
import Wire

@Suite struct LimitTests {
  @Test func aFrameBeyondTheLimitIsNotEvenRead() {
    var limits = Limits()
    limits.frameBytes = 100
    #expect(throws: WireError.tooLarge(field: "frame", count: 101, limit: 100)) {
      try Wire.decode([UInt8](repeating: 0, count: 101), limits: limits)
    }
  }

  @Test func whateverTheLimitsAllowFits() throws {
    let limits = Limits()
    let shape = Shape([Int](repeating: 1, count: limits.rank))
    let tensors = (0..<limits.tensors).map { index in
      let name = String(repeating: "n", count: limits.nameBytes - 3) + String(100 + index)
      return NamedArray(name, NDArray([Float(index)], shape: shape))
    }
    let packet = Packet(run: 1, epoch: 1, .parameters(.init(round: 0, tensors: tensors)))
    #expect(try Wire.decode(Wire.encode(packet)) == packet)
  }

  @Test func eachLimitIsKept() {
    var limits = Limits()
    (limits.tensors, limits.elements, limits.nameBytes) = (1, 3, 3)
    (limits.documentBytes, limits.lineBytes) = (4, 5)
    let small = NamedArray("abc", NDArray([1, 2, 3], shape: [3]))
    let long = NamedArray("abcd", small.array)
    let big = NamedArray("big", NDArray([1, 2, 3, 4], shape: [2, 2]))
    expect(.tooLarge(field: "tensors", count: 2, limit: 1), parameters([small, small]), limits)
    expect(.tooLarge(field: "tensor name", count: 4, limit: 3), parameters([long]), limits)
    expect(.tooLarge(field: "shape of big", count: 4, limit: 3), parameters([big]), limits)
    limits.leases = 2
    let ping = Message.ping(.init(round: 0, leases: [5, 6, 7], capacity: 1))
    expect(.tooLarge(field: "leases", count: 3, limit: 2), ping, limits)
    expect(.tooLarge(field: "plan", count: 7, limit: 4), welcome("seed: 1"), limits)
    expect(.tooLarge(field: "text", count: 6, limit: 5), .goodbye(.init(.failed, "so, no")), limits)
  }

  @Test func textForPeopleIsMadeOneLineThatArrives() throws {
    let long = "first\nsecond\t\u{1B}" + String(repeating: "ä", count: 5000)
    let packet = Packet(run: 1, epoch: 1, .refusal(.init(.data, long)))
    let expected = "first second  " + String(repeating: "ä", count: (4096 - 14) / 2)
    #expect(
      try Wire.decode(Wire.encode(packet)).message == .refusal(.init(.data, expected)))
  }

  private func parameters(_ tensors: [NamedArray]) -> Message {
    .parameters(Message.Parameters(round: 0, tensors: tensors))
  }

  private func welcome(_ plan: String) -> Message {
    .welcome(
      Message.Welcome(
        plan: plan, planDigest: "a", programDigest: "b", ping: .seconds(1), patience: .seconds(2)))
  }

  private func expect(_ error: WireError, _ message: Message, _ limits: Limits) {
    let frame = Wire.encode(Packet(run: 1, epoch: 1, message))
    #expect(throws: error) { try Wire.decode(frame, limits: limits) }
  }
}
