/// A value of a resolved plan, to be written as YAML.
public indirect enum PlanValue: Sendable {
  case word(String)
  case whole(UInt64)
  case number(Float)
  case list([PlanValue])
  case mapping([(key: String, value: PlanValue)])

  public static func whole(_ value: Int) -> PlanValue { .whole(UInt64(value)) }

  /// On one line; numbers are written so that they are read back to the same bits.
  var text: String {
    switch self {
    case .word(let word): word
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
    case .mapping(let pairs):
      "{\(pairs.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
    }
  }
}
