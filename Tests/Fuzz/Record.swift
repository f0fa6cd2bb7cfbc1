/// A message in protocol buffers, taken apart as far as its bytes let themselves be.
struct Record {
  var fields: [Field]

  struct Field {
    /// The field's number and, in the lowest three bits, how its value is written.
    var tag: UInt64
    var value: Value
  }

  enum Value {
    case integer(UInt64)
    /// The bytes of a fixed number of four or eight, after their tag.
    case fixed([UInt8])
    case content([UInt8])
    case record(Record)
    /// Content that says it is longer or shorter than it is.
    case lie(length: UInt64, [UInt8])
  }

  init(_ fields: [Field]) { self.fields = fields }

  /// `nil` if the bytes are no sequence of fields.
  init?(_ bytes: [UInt8]) {
    fields = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let tag = Self.variable(&rest), tag >> 3 > 0,
        let value = Self.value(tag, &rest)
      else { return nil }
      fields.append(Field(tag: tag, value: value))
    }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  fileprivate func write(to bytes: inout [UInt8]) {
    for field in fields {
      Self.write(field.tag, to: &bytes)
      field.value.write(to: &bytes)
    }
  }

  private static func value(_ tag: UInt64, _ rest: inout ArraySlice<UInt8>) -> Value? {
    switch tag & 7 {
    case 0: return variable(&rest).map(Value.integer)
    case 1: return take(8, &rest).map(Value.fixed)
    case 5: return take(4, &rest).map(Value.fixed)
    case 2:
      guard let length = variable(&rest), let content = take(length, &rest) else { return nil }
      // Visible text is hardly ever meant as a message.
      let isText = content.allSatisfy { (0x20...0x7E).contains($0) }
      guard !isText, let record = Record(content) else { return .content(content) }
      return .record(record)
    default: return nil
    }
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return Array(rest.prefix(Int(count)))
  }

  private static func variable(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  /// Seven bits a byte, the lowest first, each but the last marked.
  fileprivate static func write(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension Record.Value {
  fileprivate func write(to bytes: inout [UInt8]) {
    switch self {
    case .integer(let value): Record.write(value, to: &bytes)
    case .fixed(let content): bytes += content
    case .content(let content): Self.lie(length: UInt64(content.count), content).write(to: &bytes)
    case .record(let record): Self.content(record.bytes).write(to: &bytes)
    case .lie(let length, let content):
      Record.write(length, to: &bytes)
      bytes += content
    }
  }
}
