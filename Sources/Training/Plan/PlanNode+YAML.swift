import Yams

extension PlanNode {
  /// Reads YAML; a text without content is an empty scalar.
  init(yaml: String, source: String) throws(PlanError) {
    do {
      // The encoding is named because Yams else asks the environment.
      let parser = try Parser(yaml: yaml, encoding: .utf8)
      try self.init(parser.singleRoot() ?? Node(""), Origin(source: source, line: nil))
    } catch let error as PlanError {
      throw error
    } catch let error as YamlError {
      throw PlanError(error, source: source)
    } catch {
      throw PlanError(source: source, line: nil, message: "\(error)")
    }
  }

  /// The same node with its lines; `parent` says where to look for it if it has none of its own.
  private init(_ node: Node, _ parent: Origin) throws(PlanError) {
    origin = Origin(source: parent.source, line: node.mark?.line ?? parent.line)
    switch node {
    case .scalar(let scalar):
      content =
        scalar.style == .plain || scalar.style == .any
        ? .plain(scalar.string) : .quoted(scalar.string)
    case .sequence(let sequence):
      content = .list(try Self.items(sequence, origin))
    case .mapping(let mapping):
      content = .mapping(try Self.entries(mapping, origin))
    case .alias(let alias):
      throw origin.error("*\(alias.anchor.rawValue) is the name of nothing")
    }
  }

  private static func items(
    _ sequence: Node.Sequence, _ origin: Origin
  ) throws(PlanError) -> [PlanNode] {
    var items: [PlanNode] = []
    for item in sequence { items.append(try PlanNode(item, origin)) }
    return items
  }

  private static func entries(
    _ mapping: Node.Mapping, _ origin: Origin
  ) throws(PlanError) -> [Entry] {
    var entries: [Entry] = []
    for (key, value) in mapping {
      let place = Origin(source: origin.source, line: key.mark?.line ?? origin.line)
      guard case .scalar(let name) = key else { throw place.error("a key is a word") }
      entries.append(
        Entry(key: name.string, origin: place, value: try PlanNode(value, place)))
    }
    return entries
  }
}

extension PlanError {
  fileprivate init(_ error: YamlError, source: String) {
    switch error {
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      self.init(source: source, line: context.mark.line, message: "\(names) is given twice")
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(source: source, line: mark.line, message: "not YAML: \(problem)")
    case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
      .representer(let problem):
      self.init(source: source, line: nil, message: "not YAML: \(problem)")
    case .no, .memory, .dataCouldNotBeDecoded:
      self.init(source: source, line: nil, message: "not YAML: \(error)")
    }
  }
}
