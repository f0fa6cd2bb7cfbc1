import NDArrays
import Testing
import Wire

/// Frames that are sealed as they should be, by a peer that lies or errs.
@Suite struct MalformedTests {
  @Test func aHandWrittenFrameIsUnderstood() throws {
    let frame = envelope.message(9, gradient(sum: sum)).sealed
    let expected = Message.MetaGradient(
      round: 4, leases: [9], tasks: 2..<5, time: .microseconds(80), outcome: .sum([1, 2]))
    let packet = Packet(run: 77, epoch: 1, .metaGradient(expected))
    #expect(try Wire.decode(frame) == packet)
    #expect(Wire.encode(packet) == frame)
  }

  @Test func anotherVersionIsNamedWhateverFollowsIt() {
    let later = RawFrame().integer(1, 300).text(2, "of which we know nothing")
    expect(.version(theirs: 300, ours: Wire.version), later.bytes)
  }

  @Test func whatIsNoMessageOfOursIsMalformed() {
    expect(.malformed, [])
    expect(.malformed, Array("GET / HTTP/1.1\r\nHost: here\r\n\r\n".utf8))
    expect(.malformed, RawFrame().text(1, "1").sealed)
  }

  @Test func anEnvelopeWithoutAMessageIsRefused() {
    expect(.missing(field: "message"), envelope.sealed)
    expect(.missing(field: "message"), envelope.message(99, RawFrame()).sealed)
  }

  @Test func reasonsMustBeGivenAndKnown() {
    expect(.missing(field: "reason"), envelope.message(6, RawFrame().text(2, "no")).sealed)
    for value in [9, 127, 0x7FFF_FFFF] as [UInt64] {
      let refusal = RawFrame().integer(1, value).text(2, "no")
      expect(.unknownValue(field: "reason", value: UInt32(value)), envelope.message(6, refusal))
      let goodbye = RawFrame().integer(1, value)
      expect(.unknownValue(field: "reason", value: UInt32(value)), envelope.message(12, goodbye))
    }
  }

  @Test(arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func textMustBeUTF8(_ bytes: [UInt8]) {
    let refusal = RawFrame().integer(1, 2).content(2, bytes)
    expect(.badText(field: "text"), envelope.message(6, refusal))
  }

  @Test(arguments: ["a\nb", "a\u{1B}[2J", "a\u{2028}b", "a\u{202E}b"])
  func linesHaveNoLineEndsAndNoEscapes(_ text: String) {
    let refusal = RawFrame().integer(1, 2).text(2, text)
    expect(.badText(field: "text"), envelope.message(6, refusal))
  }

  @Test func textBehindAZeroIsNotLostButRefused() {
    let refusal = RawFrame().integer(1, 2).content(2, Array("a\0b".utf8))
    expect(.malformed, envelope.message(6, refusal))
  }

  @Test(arguments: ["two words", "ünlaut", "line\n"]) func namesAreVisibleASCII(_ name: String) {
    let tensor = RawFrame.tensor(name, shape: [1], RawFrame.floats(1))
    expect(.badText(field: "tensor name"), parameters(tensor))
  }

  @Test func whatHasNoNameIsRefused() {
    let tensor = RawFrame().content(3, RawFrame.floats(1))
    expect(.missing(field: "tensor name"), parameters(tensor))
    let hello = RawFrame().integer(1, 1).text(2, "outerloop").integer(4, 1)
    expect(.missing(field: "name"), envelope.message(4, hello))
  }

  @Test func shapeAndBytesMustAgree() {
    for shape in [[1], [3], [2, 2], [0], []] as [[UInt64]] {
      let tensor = RawFrame.tensor("w", shape: shape, RawFrame.floats(1, 2))
      expect(.shape(tensor: "w", bytes: 8), parameters(tensor))
    }
    let odd = RawFrame.tensor("w", shape: [2], Array(RawFrame.floats(1, 2).dropLast()))
    expect(.shape(tensor: "w", bytes: 7), parameters(odd))
  }

  @Test func aTensorIsOfFloatsOrOfPixels() throws {
    let pixels = RawFrame().text(1, "w").content(2, [3]).content(4, [0, 255, 51])
    let frame = envelope.message(7, RawFrame().message(2, pixels)).sealed
    let expected = NamedArray("w", .pixels([0, 255, 51], shape: [3]))
    #expect(
      try Wire.decode(frame).message == .parameters(.init(round: 0, tensors: [expected])))
    for bytes in [[0], [0, 1], [0, 1, 2, 3]] as [[UInt8]] {
      let tensor = RawFrame().text(1, "w").content(2, [3]).content(4, bytes)
      expect(.shape(tensor: "w", bytes: bytes.count), parameters(tensor))
    }
    let both = RawFrame().text(1, "w").content(2, [1]).content(3, RawFrame.floats(1)).content(
      4, [9])
    expect(.shape(tensor: "w", bytes: 5), parameters(both))
  }

  @Test func aShapeWhoseProductOverflowsIsTooLargeNotSmall() {
    let tensor = RawFrame.tensor(
      "w", shape: [1 << 31, 1 << 31, 4], RawFrame.floats(1))
    expect(.tooLarge(field: "shape of w", count: 1 << 31, limit: 16 << 20), parameters(tensor))
    let ranked = RawFrame.tensor("w", shape: [UInt64](repeating: 1, count: 9), RawFrame.floats(1))
    expect(.tooLarge(field: "rank of w", count: 9, limit: 8), parameters(ranked))
  }

  @Test func valuesMustBeFinite() {
    for value in [Float.infinity, -.infinity, .nan, -.nan, .signalingNaN] {
      let tensor = RawFrame.tensor("w", shape: [3], RawFrame.floats(1, value, 2))
      expect(.notFinite(tensor: "w"), parameters(tensor))
      let sum = RawFrame.tensor("sum", shape: [3], RawFrame.floats(1, value, 2))
      expect(.notFinite(tensor: "sum"), envelope.message(9, gradient(sum: sum)))
    }
  }

  @Test(arguments: [(5, 5), (6, 5), (0, 0), (0, 1 << 31)] as [(UInt64, UInt64)])
  func taskRangesMustHoldTasks(_ lower: UInt64, _ upper: UInt64) {
    expect(.outOfRange(field: "tasks"), canonical(9, lower, upper))
  }

  @Test func stepsAreNumbersThatHaveANext() {
    for round in [UInt64.max, 1 << 63, UInt64(Int.max)] {
      let parameters = RawFrame().integer(1, round)
        .message(2, RawFrame.tensor("w", shape: [1], RawFrame.floats(1)))
      expect(.outOfRange(field: "round"), envelope.message(7, parameters))
    }
  }

  @Test func aSumIsOneRow() {
    let named = RawFrame.tensor("mean", shape: [2], RawFrame.floats(1, 2))
    expect(.missing(field: "sum"), envelope.message(9, gradient(sum: named)))
    let square = RawFrame.tensor("sum", shape: [1, 2], RawFrame.floats(1, 2))
    expect(.shape(tensor: "sum", bytes: 8), envelope.message(9, gradient(sum: square)))
  }

  @Test func anAnswerNamesItsLeasesAndIsEitherASumOrADeath() {
    let nameless = RawFrame().integer(1, 4).integer(3, 2).integer(4, 5).message(6, sum)
    expect(.missing(field: "leases"), envelope.message(9, nameless))
    expect(
      .unknownValue(field: "died", value: 1),
      envelope.message(9, gradient(sum: sum).integer(7, 1)))
  }

  @Test(
    arguments: [(0, 1, 1), (3, 1 << 25, 1), (1 << 20, 1, 1 << 20)] as [(UInt64, UInt64, UInt64)])
  func sumsFitIntoMessages(_ batch: UInt64, _ added: UInt64, _ width: UInt64) {
    var form = RawFrame().integer(1, 4).integer(2, 9).integer(5, 3)
    if batch > 0 { form = form.integer(7, batch) }
    form = form.integer(8, added).integer(9, width)
    expect(.outOfRange(field: "sums"), envelope.message(8, form))
  }

  @Test func episodesHoldAsManyTasksAsAreLent() {
    let batch = RawFrame().integer(1, 4).integer(2, 9).integer(5, 3).integer(7, 3)
      .message(6, RawFrame.tensor("support_x", shape: [2, 1], RawFrame.floats(1, 2)))
    expect(.shape(tensor: "support_x", bytes: 8), envelope.message(8, batch))
  }

  @Test func lengthsThatLieAreMalformed() {
    for length in [[3], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [UInt8](repeating: 0xFF, count: 9) + [1]]
      as [[UInt8]]
    {
      expect(.malformed, envelope.adding([7 << 3 | 2] + length + [0, 0]))
    }
  }

  @Test func aFieldMayNotBeSaidTwice() {
    expect(.malformed, envelope.message(11, RawFrame()).integer(3, 5))
  }

  /// Two bytes a tensor would become ninety in memory, had parsing not an arena to stay in.
  @Test func emptyTensorsByTheMillionTakeNoMemory() {
    func million(_ field: [UInt8]) -> [UInt8] { (0..<1 << 19).flatMap { _ in field } }
    expect(.malformed, envelope.message(7, RawFrame().adding(million([2 << 3 | 2, 0]))))
    expect(.malformed, envelope.adding(million([14 << 3, 0])))
  }

  private let envelope = RawFrame.envelope
  private let sum = RawFrame.tensor("sum", shape: [2], RawFrame.floats(1, 2))

  private func gradient(sum: RawFrame) -> RawFrame {
    RawFrame().integer(1, 4).list(2, [9]).integer(3, 2).integer(4, 5).integer(5, 80)
      .message(6, sum)
  }

  private func parameters(_ tensor: RawFrame) -> RawFrame {
    envelope.message(7, RawFrame().integer(1, 4).message(2, tensor))
  }

  /// A range as our own encoder spells it: zeros are not written.
  private func canonical(
    _ field: Int, _ lower: UInt64, _ upper: UInt64
  ) -> RawFrame {
    var spelled = RawFrame().integer(1, 4).list(2, [9])
    if lower > 0 { spelled = spelled.integer(3, lower) }
    if upper > 0 { spelled = spelled.integer(4, upper) }
    return envelope.message(field, spelled)
  }

  private func expect(
    _ error: WireError, _ frame: RawFrame, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(error, frame.sealed, sourceLocation: sourceLocation)
  }

  private func expect(
    _ error: WireError, _ frame: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try Wire.decode(frame) }
  }
}
