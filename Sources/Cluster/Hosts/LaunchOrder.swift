public import Transport

/// What a launcher tells a host over the standard input of the process that keeps the workers there:
/// lines of a word and a value, and an empty one. If the coordinator has keys, the workers' secret
/// follows. Whatever comes after is a sign of life.
public struct LaunchOrder: Equatable, Sendable {
  /// Where the coordinator listens. `0.0.0.0` and `[::]` stand for where the launcher connects from.
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
    let wildcards = ["tcp://0.0.0.0:", "tcp://[::]:"]
    guard let wildcard = wildcards.first(where: address.hasPrefix) else { return address }
    guard let client = connection?.split(separator: " ").first else { throw .launcherUnknown }
    let host = wildcard == wildcards[0] ? try version4(client) : bracketed(client)
    return "tcp://\(host):\(address.dropFirst(wildcard.count))"
  }

  private func bracketed(_ client: Substring) -> Substring {
    client.contains(":") ? "[\(client)]" : client
  }

  /// Who listens at all of IPv4 is reached by none of IPv6, but for those that stand for one of IPv4.
  private func version4(_ client: Substring) throws(LaunchOrderError) -> Substring {
    if client == "::1" { return "127.0.0.1" }
    if client.hasPrefix("::ffff:"), client.contains(".") { return client.dropFirst(7) }
    guard !client.contains(":") else { throw .version6(String(client)) }
    return client
  }
}

public enum LaunchOrderError: Error, Equatable {
  case notAnOrder(found: String)
  case badLine(String)
  case missing(String)
  case launcherUnknown
  /// ssh comes from an address of IPv6.
  case version6(String)
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
    case .version6(let address):
      "ssh comes from \(address), and the coordinator listens to IPv4 alone; give launch an address"
        + " with --bind, or tcp://[::]:*"
    case .silence: "the launcher said nothing"
    }
  }
}
