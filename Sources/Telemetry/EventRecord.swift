/// What TensorBoard is told at one time: a record of an event file.
///
/// A record is the length of its data in eight bytes, their masked checksum, the data, and its
/// masked checksum, all of the lowest byte first. The data is an `Event` of TensorFlow's protocol
/// buffers, of which this knows the fields it needs.
public struct EventRecord: Equatable, Sendable {
  /// In seconds since 1970.
  public var time: Double
  public var step: Int
  public var content: Content

  public enum Content: Equatable, Sendable {
    /// Which has to be a file's first.
    case version
    /// What earlier files say of this step and later ones is void.
    case start
    case scalars([Scalar])
  }

  /// A number under a name that stays the same, such as `train/loss_after`.
  public struct Scalar: Equatable, Sendable {
    public var tag: String
    public var value: Float

    public init(_ tag: String, _ value: Float) { (self.tag, self.value) = (tag, value) }
  }

  public init(_ content: Content, step: Int, time: Double) {
    (self.content, self.step, self.time) = (content, step, time)
  }

  public var bytes: [UInt8] {
    let data = event.bytes
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(maskedChecksum(length)) + data
      + littleEndian(maskedChecksum(data))
  }

  private var event: EventFields {
    var event = EventFields()
    event.add(1, littleEndian(time.bitPattern))
    event.add(2, step)
    switch content {
    case .version: event.add(3, Array("brain.Event:2".utf8), as: .lengthPrefixed)
    case .start: event.add(7, Self.started.bytes, as: .lengthPrefixed)
    case .scalars(let scalars): event.add(5, Self.summary(scalars).bytes, as: .lengthPrefixed)
    }
    return event
  }

  private static var started: EventFields {
    var log = EventFields()
    log.add(1, 1)
    return log
  }

  private static func summary(_ scalars: [Scalar]) -> EventFields {
    scalars.reduce(into: EventFields()) { summary, scalar in
      var value = EventFields()
      value.add(1, Array(scalar.tag.utf8), as: .lengthPrefixed)
      value.add(2, littleEndian(scalar.value.bitPattern))
      summary.add(1, value.bytes, as: .lengthPrefixed)
    }
  }
}

extension EventRecord {
  /// How many bytes the first records have that are whole and of steps until `step`.
  public static func length(of file: [UInt8], upTo step: Int) -> Int {
    var kept = 0
    while let data = data(in: file[kept...]), EventFields.step(of: data) <= step {
      kept = data.endIndex + 4
    }
    return kept
  }

  /// The data of the first record, if that is whole.
  private static func data(in file: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let head = file.prefix(12)
    guard head.count == 12, number(head.suffix(4)) == UInt64(maskedChecksum(head.prefix(8))),
      let length = Int(exactly: number(head.prefix(8))), length <= file.count - 16
    else { return nil }
    let data = file.dropFirst(12).prefix(length)
    let checksum = file[data.endIndex...].prefix(4)
    return number(checksum) == UInt64(maskedChecksum(data)) ? data : nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
