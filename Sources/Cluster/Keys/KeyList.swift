import Files
public import Transport

/// Whom a coordinator lets in: lines `allowed KEY NAME` and `revoked KEY NAME`.
///
/// Empty lines and such that begin with `# ` say nothing.
public struct KeyList: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public enum Standing: String, Sendable {
      case allowed, revoked
    }

    public var key: CurveKey
    /// What people call who has the key: no secret, no proof, without spaces.
    public var name: String
    public var standing: Standing
  }

  /// In the order of the file, no key twice.
  public private(set) var entries: [Entry] = []

  public init() {}

  public var allowed: Set<CurveKey> { keys(.allowed) }
  public var revoked: Set<CurveKey> { keys(.revoked) }

  private func keys(_ standing: Entry.Standing) -> Set<CurveKey> {
    Set(entries.filter { $0.standing == standing }.map(\.key))
  }

  /// Sets how it stands with a key. A name that is not given stays, or is `worker`.
  public mutating func set(_ key: CurveKey, to standing: Entry.Standing, name: String? = nil) {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].standing = standing
      if let name { entries[index].name = name }
    } else {
      entries.append(Entry(key: key, name: name ?? KeyFolder.worker, standing: standing))
    }
  }

  /// What a name may be: up to 64 visible characters of ASCII.
  public static func isName(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

extension KeyList {
  public init(contentsOf path: String) throws(KeyError) {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw .file(error) }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      if text.allSatisfy(\.isWhitespace) || text.hasPrefix("# ") { continue }
      guard let entry = Entry(text), !entries.contains(where: { $0.key == entry.key }) else {
        throw .malformed(
          path: path, line: index + 1,
          expected: "\"allowed KEY NAME\" or \"revoked KEY NAME\" with a key that comes once")
      }
      entries.append(entry)
    }
  }

  public var text: String {
    "# Whose workers the coordinator lets in; it notices changes while it runs.\n"
      + entries.map { "\($0.standing.rawValue) \($0.key) \($0.name)\n" }.joined()
  }
}

extension KeyList.Entry {
  fileprivate init?(_ line: String) {
    let words = line.split(separator: " ")
    guard words.count == 3, let standing = Standing(rawValue: String(words[0])),
      let key = CurveKey(words[1]), KeyList.isName(words[2])
    else { return nil }
    self.init(key: key, name: String(words[2]), standing: standing)
  }
}
