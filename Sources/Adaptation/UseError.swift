public import Checkpoints
public import Files
public import Training

/// Why what was learned could not be put to use.
public enum UseError: Error, Equatable {
  case checkpoint(LoadError)
  case plan(PlanError)
  case parameters(path: String, LayoutMismatch)
  /// A file that was named is not there, or may not be read.
  case file(FileError)
  /// What a file holds cannot be used.
  case contents(path: String, line: Int? = nil, String)
  /// What was given does not fit what was learned.
  case misfit(String)
}

extension UseError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .checkpoint(let error): "\(error)"
    case .plan(let error): "\(error)"
    case .parameters(let path, let mismatch): "\(path): \(mismatch)"
    case .file(let error): "\(error)"
    case .contents(let path, nil, let what): "\(path): \(what)"
    case .contents(let path, let line?, let what): "\(path):\(line): \(what)"
    case .misfit(let what): what
    }
  }
}
