/// A value of a resolved plan, to be written as YAML.
public indirect enum PlanValue: Sendable {
  case word(String)
  /// Any text.
  case text(String)
  case whole(UInt64)
  case number(Float)
  case list([PlanValue])
  case mapping([(key: String, value: PlanValue)])

  public static func whole(_ value: Int) -> PlanValue { .whole(UInt64(value)) }

  /// On one line; numbers are written so that they are read back to the same bits.
  var text: String {
    switch self {
    case .word(let word): word
    case .text(let text): text.isPlain ? text : text.quoted
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
    case .mapping(let pairs):
      "{\(pairs.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
    }
  }
}

extension String {
  /// Whether YAML takes the bare text for nothing else.
  fileprivate var isPlain: Bool {
    !isEmpty
      && utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: $0 == UInt8(ascii: "-") && utf8.first != $0
        }
      }
  }

  /// In single quotes, where only these have to be doubled.
  fileprivate var quoted: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
