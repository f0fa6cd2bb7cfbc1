/// What became of a host, for people.
public struct HostReport: Equatable, Sendable, CustomStringConvertible {
  public enum News: Equatable, Sendable {
    /// It is being tried again; told once until it is back.
    case failed(HostFailure, lastLines: [String])
    case back
    case copying
  }

  public var host: String
  public var log: String
  public var news: News

  public var description: String {
    switch news {
    case .failed(let failure, let lines):
      (["host \(host): \(failure); trying again and again, see \(log)"]
        + lines.map { "  | \($0)" }).joined(separator: "\n")
    case .back: "host \(host): its workers run again"
    case .copying: "host \(host): copying the program there"
    }
  }
}

/// Why the workers of a host do not run.
public enum HostFailure: Equatable, Sendable {
  case unreachable
  case copyFailed(status: Int32)
  case copyDamaged
  case librariesMissing
  case programEnded(status: Int32)
  case noProcess(String)

  init(copying status: Int32) {
    switch status {
    case 255: self = .unreachable
    case HostScripts.Code.programDamaged: self = .copyDamaged
    default: self = .copyFailed(status: status)
    }
  }

  init(running status: Int32) {
    switch status {
    case 255: self = .unreachable
    case HostScripts.Code.librariesMissing: self = .librariesMissing
    case HostScripts.Code.programWanted: self = .copyDamaged
    default: self = .programEnded(status: status)
    }
  }
}

extension HostFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable: "ssh cannot reach it, or lost it"
    case .copyFailed(let status): "the program could not be copied there (status \(status))"
    case .copyDamaged: "the program that was copied there is not the one that was sent"
    case .librariesMissing:
      "the program finds libraries missing there (Debian: libzmq5, libprotobuf-c1)"
    case .programEnded(let status): "its workers' keeper ended (status \(status))"
    case .noProcess(let why): "ssh could not be started: \(why)"
    }
  }
}
