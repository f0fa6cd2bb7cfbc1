/// The hosts of a file: one a line, its name first, then any of `workers=`, `threads=`, `user=` and
/// `folder=`; what follows a `#` is a comment.
public struct HostList: Equatable, Sendable {
  public let hosts: [Host]

  /// More processes or threads than this on a host are a slip of the finger.
  public static let mostAtOnce = 1024

  /// - Parameter source: what errors call the text.
  public init(_ text: String, source: String) throws(HostListError) {
    var hosts: [(line: Int, host: Host)] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (line, content) in zip(1..., lines) {
      do throws(HostListError.Problem) {
        guard let host = try Host(line: content) else { continue }
        if let first = hosts.first(where: { $0.host.name == host.name }) {
          throw .repeated(host.name, line: first.line)
        }
        hosts.append((line, host))
      } catch { throw HostListError(source, line: line, error) }
    }
    guard !hosts.isEmpty else { throw HostListError(source, line: nil, .empty) }
    self.hosts = hosts.map(\.host)
  }
}

/// What is wrong with a file of hosts.
public struct HostListError: Error, Equatable, CustomStringConvertible {
  public enum Problem: Error, Equatable {
    case empty
    case badName(String)
    case repeated(String, line: Int)
    case unknown(String)
    case givenTwice(String)
    case badCount(String, String)
    case badUser(String)
    case badFolder(String)
  }

  public var source: String
  public var line: Int?
  public var problem: Problem

  init(_ source: String, line: Int?, _ problem: Problem) {
    (self.source, self.line, self.problem) = (source, line, problem)
  }

  public var description: String {
    "\(source)\(line.map { ":\($0)" } ?? ""): \(problem.text)"
  }
}

extension HostListError.Problem {
  fileprivate var text: String {
    switch self {
    case .empty: "no host is named"
    case .badName(let name):
      "\"\(name)\" is no host's name: letters, digits, dots, underscores and hyphens, not first"
    case .repeated(let name, let line):
      "host \(name) stands in line \(line) already; say workers= for more than one worker"
    case .unknown(let word):
      "\"\(word)\" is not known here; workers=, threads=, user= and folder= are"
    case .givenTwice(let key): "\(key)= is given twice"
    case .badCount(let key, let value):
      "\(key) is a number from 1 to \(HostList.mostAtOnce), not \"\(value)\""
    case .badUser(let value): "user is a user's name, not \"\(value)\""
    case .badFolder(let value):
      "folder is an absolute path of letters, digits and any of / . _ - +, not \"\(value)\""
    }
  }
}

extension Host {
  /// Nil if the line names no host.
  fileprivate init?(line: Substring) throws(HostListError.Problem) {
    let words = line.prefix { $0 != "#" }.split { $0.isWhitespace }
    guard let name = words.first else { return nil }
    guard isName(name) else { throw .badName(String(name)) }
    self.init(String(name))
    var seen: [Substring] = []
    for setting in words.dropFirst() {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .unknown(String(setting)) }
      guard !seen.contains(parts[0]) else { throw .givenTwice(String(parts[0])) }
      seen.append(parts[0])
      try set(String(parts[0]), parts[1])
    }
  }

  private mutating func set(_ key: String, _ value: Substring) throws(HostListError.Problem) {
    switch key {
    case "workers": workers = try count(key, value)
    case "threads": threads = try count(key, value)
    case "user":
      guard isName(value) else { throw .badUser(String(value)) }
      user = String(value)
    case "folder":
      guard value.hasPrefix("/"), value.allSatisfy({ isPlain($0) || "/+".contains($0) }) else {
        throw .badFolder(String(value))
      }
      folder = String(value)
    default: throw .unknown("\(key)=\(value)")
    }
  }
}

/// Nothing that a shell, or ssh's own command line, could take for something else.
private func isName(_ text: Substring) -> Bool {
  text.first.map { $0 != "-" && $0 != "." } ?? false && text.allSatisfy(isPlain)
}

private func isPlain(_ character: Character) -> Bool {
  character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
}

private func count(_ key: String, _ value: Substring) throws(HostListError.Problem) -> Int {
  guard let count = Int(value), (1...HostList.mostAtOnce).contains(count) else {
    throw .badCount(key, String(value))
  }
  return count
}
