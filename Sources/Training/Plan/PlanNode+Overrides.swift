extension PlanNode {
  /// Sets one value from outside, as in `learner.inner-rate=0.1`; the value is YAML.
  mutating func apply(override text: String) throws(PlanError) {
    let source = "--set \(text)"
    guard let equals = text.firstIndex(of: "=") else {
      throw PlanError(source: source, line: nil, message: "expected KEY=VALUE")
    }
    let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw PlanError(
        source: source, line: nil, message: "expected names joined by dots before '='")
    }
    let value = try Self.value(String(text[text.index(after: equals)...]), source)
    try set(path.map(String.init)[...], to: value)
  }

  /// Without lines, which would be mistaken for those of the file.
  private static func value(_ yaml: String, _ source: String) throws(PlanError) -> PlanNode {
    do throws(PlanError) {
      return try PlanNode(yaml: yaml, source: source).withoutLines()
    } catch {
      throw PlanError(source: source, line: nil, message: error.message)
    }
  }

  private mutating func set(
    _ path: ArraySlice<String>, to value: PlanNode
  ) throws(PlanError) {
    guard let key = path.first else { return self = value }
    if case .plain("") = content { content = .mapping([]) }
    guard case .mapping(var entries) = content else {
      throw value.origin.error("\(found) has no '\(key)' to set")
    }
    let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
    if index == entries.endIndex {
      let empty = PlanNode(content: .plain(""), origin: value.origin)
      entries.append(Entry(key: key, origin: value.origin, value: empty))
    }
    try entries[index].value.set(path.dropFirst(), to: value)
    content = .mapping(entries)
  }

  private func withoutLines() -> PlanNode {
    let place = Origin(source: origin.source, line: nil)
    let content: Content =
      switch content {
      case .plain, .quoted: content
      case .list(let items): .list(items.map { $0.withoutLines() })
      case .mapping(let entries):
        .mapping(
          entries.map { Entry(key: $0.key, origin: place, value: $0.value.withoutLines()) })
      }
    return PlanNode(content: content, origin: place)
  }
}
