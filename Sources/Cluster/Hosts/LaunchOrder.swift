public import Transport

/// What a launcher tells a host over the standard input of the process that keeps the workers there:
/// lines of a word and a value, and an empty one. If the coordinator has keys, the workers' secret
/// follows. Whatever comes after is a sign of life.
public struct LaunchOrder: Equatable, Sendable {
  /// Where workers connect. The host `*` stands for the one that the launcher connects from.
  public var address: String
  /// The coordinator's public key; `nil` if it lets in anybody.
  public var coordinator: CurveKey?

  public init(address: String, coordinator: CurveKey? = nil) {
    (self.address, self.coordinator) = (address, coordinator)
  }

  private static let greeting = "outerloop-launch 1"

  public var text: String {
    ([Self.greeting, "connect \(address)"] + (coordinator.map { ["coordinator \($0)"] } ?? []))
      .joined(separator: "\n") + "\n\n"
  }

  /// - Parameter text: all up to the empty line.
  public init(_ text: String) throws(LaunchOrderError) {
    let lines = text.split(separator: "\n")
    guard let first = lines.first, first == Self.greeting else {
      throw .notAnOrder(found: String(lines.first?.prefix(64) ?? ""))
    }
    var values: [Substring: Substring] = [:]
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, values.updateValue(words[1], forKey: words[0]) == nil else {
        throw .badLine(String(words.first ?? ""))
      }
    }
    guard let address = values["connect"] else { throw .missing("connect") }
    let coordinator = values["coordinator"].map { CurveKey($0) }
    if case .some(nil) = coordinator { throw .badLine("coordinator") }
    self.init(address: String(address), coordinator: coordinator ?? nil)
  }

  /// Where to connect from a host that sshd told of `connection`: the client's address and port, and
  /// the server's.
  public func address(seenOver connection: String?) throws(LaunchOrderError) -> String {
    let prefix = "tcp://*:"
    guard address.hasPrefix(prefix) else { return address }
    guard let client = connection?.split(separator: " ").first else { throw .launcherUnknown }
    let host = client.contains(":") ? "[\(client)]" : String(client)
    return "tcp://\(host):\(address.dropFirst(prefix.count))"
  }
}

public enum LaunchOrderError: Error, Equatable {
  case notAnOrder(found: String)
  case badLine(String)
  case missing(String)
  case launcherUnknown
  /// Nothing came for so long, or the input ended.
  case silence
}

extension LaunchOrderError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAnOrder(let found):
      "this is started by outerloop launch, whose orders do not begin with \"\(found)\""
    case .badLine(let word): "the launcher's line \"\(word)\" has no value or comes twice"
    case .missing(let word): "the launcher did not say \"\(word)\""
    case .launcherUnknown:
      "sshd does not say where the launcher connects from; give launch an address with --bind"
    case .silence: "the launcher said nothing"
    }
  }
}
