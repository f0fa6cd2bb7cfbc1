/// The fields of a message of protocol buffers, as bytes.
struct EventFields {
  private(set) var bytes: [UInt8] = []

  /// How long a field is that is neither four nor eight bytes.
  enum Length { case lengthPrefixed }

  private enum Form: UInt8 { case integer = 0, eightBytes, lengthPrefixed, fourBytes = 5 }

  mutating func add(_ field: UInt8, _ value: Int) {
    begin(field, .integer)
    append(UInt64(bitPattern: Int64(value)))
  }

  /// - Parameter number: four or eight bytes, the lowest first.
  mutating func add(_ field: UInt8, _ number: [UInt8]) {
    begin(field, number.count == 8 ? .eightBytes : .fourBytes)
    bytes += number
  }

  mutating func add(_ field: UInt8, _ content: [UInt8], as _: Length) {
    begin(field, .lengthPrefixed)
    append(UInt64(content.count))
    bytes += content
  }

  private mutating func begin(_ field: UInt8, _ form: Form) {
    bytes.append(field << 3 | form.rawValue)
  }

  /// Seven bits a byte, the lowest first; all bytes but the last are marked.
  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The step of an event that ``EventRecord`` wrote, in which it follows the nine bytes of the time.
  static func step(of event: ArraySlice<UInt8>) -> Int {
    let digits = event.dropFirst(10)
    let count = (digits.firstIndex { $0 & 0x80 == 0 } ?? digits.startIndex) - digits.startIndex + 1
    let value = digits.prefix(min(count, 9)).reversed().reduce(UInt64(0)) {
      $0 << 7 | UInt64($1 & 0x7F)
    }
    return Int(value)
  }
}
