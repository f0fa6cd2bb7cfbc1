import CWire
import Wire

/// Protocol buffers written by hand, to say what our own encoder would never say.
struct RawFrame {
  private(set) var bytes: [UInt8] = []

  func integer(_ field: Int, _ value: UInt64) -> RawFrame {
    adding(Self.variable(UInt64(field << 3)) + Self.variable(value))
  }

  func fixed64(_ field: Int, _ value: UInt64) -> RawFrame {
    adding(Self.variable(UInt64(field << 3 | 1)) + Self.little(value))
  }

  func content(_ field: Int, _ content: [UInt8]) -> RawFrame {
    adding(Self.variable(UInt64(field << 3 | 2)) + Self.variable(UInt64(content.count)) + content)
  }

  /// A list of small integers, packed.
  func list(_ field: Int, _ values: [UInt64]) -> RawFrame {
    content(field, values.flatMap(Self.variable))
  }

  func text(_ field: Int, _ text: String) -> RawFrame { content(field, Array(text.utf8)) }

  func message(_ field: Int, _ message: RawFrame) -> RawFrame { content(field, message.bytes) }

  func adding(_ more: [UInt8]) -> RawFrame {
    var longer = self
    longer.bytes += more
    return longer
  }

  /// The frame's bytes with their checksum behind them.
  var sealed: [UInt8] {
    bytes + [15 << 3 | 5] + Self.little(ol_crc32c(0, bytes, bytes.count))
  }

  /// The beginning of a frame of this version.
  static let envelope = RawFrame().integer(1, UInt64(Wire.version)).fixed64(2, 77).integer(3, 1)

  static func tensor(_ name: String, shape: [UInt64], _ data: [UInt8]) -> RawFrame {
    let named = RawFrame().text(1, name)
    let shaped = shape.isEmpty ? named : named.content(2, shape.flatMap(variable))
    return shaped.content(3, data)
  }

  static func floats(_ values: Float...) -> [UInt8] { values.flatMap { little($0.bitPattern) } }

  /// Seven bits a byte, the lowest first.
  private static func variable(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + variable(value >> 7)
  }

  private static func little<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
