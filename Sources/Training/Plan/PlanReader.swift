/// Reads one mapping of a plan key by key, and complains of keys that nobody asked for.
public struct PlanReader {
  private let path: [String]
  private let origin: PlanNode.Origin
  private let entries: [PlanNode.Entry]
  private var asked: [String] = []

  init(_ node: PlanNode, path: [String] = []) throws(PlanError) {
    (self.path, origin) = (path, node.origin)
    switch node.content {
    case .mapping(let entries): self.entries = entries
    case .plain(""): entries = []
    case .plain, .quoted, .list:
      throw node.origin.error("\(Self.name(path)) is \(node.found); expected keys and values")
    }
  }

  /// A value that must be there.
  public mutating func value<Value>(
    _ key: String, _ reading: Reading<Value>
  ) throws(PlanError) -> Value {
    guard let node = entry(key)?.value else { throw missing(key, reading.expectation) }
    return try read(node, key, reading)
  }

  /// A value that may be left out.
  public mutating func value<Value>(
    _ key: String, _ reading: Reading<Value>, default assumed: Value
  ) throws(PlanError) -> Value {
    guard let node = entry(key)?.value else { return assumed }
    return try read(node, key, reading)
  }

  /// A value that may be left out, and then is none.
  public mutating func optional<Value>(
    _ key: String, _ reading: Reading<Value>
  ) throws(PlanError) -> Value? {
    guard let node = entry(key)?.value else { return nil }
    return try read(node, key, reading)
  }

  /// A mapping within this one, all of whose keys `read` must ask for. If it is left out, it is empty.
  public mutating func section<Section>(
    _ key: String, _ read: (inout PlanReader) throws(PlanError) -> Section
  ) throws(PlanError) -> Section {
    let entry = entry(key)
    let node = entry?.value ?? PlanNode(content: .mapping([]), origin: origin)
    var reader = try PlanReader(node, path: path + [key])
    do throws(PlanError) {
      let section = try read(&reader)
      try reader.finish()
      return section
    } catch {
      guard entry == nil, let misspelt = misspelling(of: key) else { throw error }
      throw unknown(misspelt, instead: key)
    }
  }

  /// A mapping that may be left out, and then is none.
  mutating func optionalSection<Section>(
    _ key: String, _ read: (inout PlanReader) throws(PlanError) -> Section
  ) throws(PlanError) -> Section? {
    guard entries.contains(where: { $0.key == key }) else {
      asked.append(key)
      return nil
    }
    return try section(key, read)
  }

  /// A list of mappings, each of which `read` must ask for all the keys of.
  public mutating func sections<Section>(
    _ key: String, _ count: ClosedRange<Int>,
    _ read: (inout PlanReader) throws(PlanError) -> Section
  ) throws(PlanError) -> [Section] {
    let expectation = "a list of \(count.lowerBound) to \(count.upperBound) mappings"
    let list = Reading<[PlanNode]>(expectation: expectation) { node in
      guard case .list(let nodes) = node.content, count.contains(nodes.count) else { return nil }
      return nodes
    }
    var sections: [Section] = []
    for (index, node) in try value(key, list).enumerated() {
      var reader = try PlanReader(node, path: path + [key, "\(index + 1)"])
      sections.append(try read(&reader))
      try reader.finish()
    }
    return sections
  }

  /// What is wrong with the values of this mapping taken together.
  func error(_ complaint: String) -> PlanError { origin.error("\(Self.name(path)) \(complaint)") }

  /// To be called when everything that means something was asked for.
  func finish() throws(PlanError) {
    guard let stranger = entries.first(where: { !asked.contains($0.key) }) else { return }
    throw unknown(stranger, instead: nearest(to: stranger.key, among: asked))
  }

  private mutating func entry(_ key: String) -> PlanNode.Entry? {
    asked.append(key)
    return entries.first { $0.key == key }
  }

  private func read<Value>(
    _ node: PlanNode, _ key: String, _ reading: Reading<Value>
  ) throws(PlanError) -> Value {
    guard let value = reading.value(node) else {
      throw node.origin.error(
        "\(Self.name(path + [key])) is \(node.found); expected \(reading.expectation)")
    }
    return value
  }

  /// A key that is missing was perhaps only misspelt.
  private func missing(_ key: String, _ expectation: String) -> PlanError {
    if let misspelt = misspelling(of: key) { return unknown(misspelt, instead: key) }
    return origin.error("\(Self.name(path)) needs '\(key)', \(expectation)")
  }

  private func misspelling(of key: String) -> PlanNode.Entry? {
    entries.first { !asked.contains($0.key) && nearest(to: $0.key, among: [key]) != nil }
  }

  private func unknown(_ entry: PlanNode.Entry, instead key: String?) -> PlanError {
    let advice =
      key.map { "did you mean '\($0)'?" } ?? "it knows \(asked.joined(separator: ", "))"
    return entry.origin.error("unknown key '\(entry.key)' in \(Self.name(path)); \(advice)")
  }

  private static func name(_ path: [String]) -> String {
    path.isEmpty ? "the plan" : path.joined(separator: ".")
  }
}
