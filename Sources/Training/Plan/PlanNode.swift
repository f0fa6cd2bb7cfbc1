/// A part of a plan as somebody wrote it, and where.
struct PlanNode {
  indirect enum Content {
    case plain(String)
    case quoted(String)
    case list([PlanNode])
    case mapping([Entry])
  }

  struct Entry {
    var key: String
    /// Where the key stands.
    var origin: Origin
    var value: PlanNode
  }

  struct Origin {
    var source: String
    var line: Int?

    func error(_ message: String) -> PlanError {
      PlanError(source: source, line: line, message: message)
    }
  }

  var content: Content
  var origin: Origin

  /// How a message names what was found.
  var found: String {
    switch content {
    case .plain(""): "empty"
    case .plain(let text), .quoted(let text): "'\(text)'"
    case .list(let items): "[\(items.map(\.brief).joined(separator: ", "))]"
    case .mapping: "a mapping"
    }
  }

  private var brief: String {
    switch content {
    case .plain(let text), .quoted(let text): text
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
