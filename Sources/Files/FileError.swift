import Foundation

/// Why the file system refused, by what the user can do about it.
public enum FileError: Error, Equatable {
  case missing(path: String)
  case permission(path: String)
  case readOnly(path: String)
  case diskFull(path: String)
  case other(path: String, errno: Int32)

  /// - Parameter code: `errno` as the failed call left it.
  public init(path: String, errno code: Int32) {
    switch code {
    case ENOENT: self = .missing(path: path)
    case EACCES, EPERM: self = .permission(path: path)
    case EROFS: self = .readOnly(path: path)
    case ENOSPC, EDQUOT: self = .diskFull(path: path)
    case let code: self = .other(path: path, errno: code)
    }
  }

  public var path: String {
    switch self {
    case .missing(let path), .permission(let path), .readOnly(let path), .diskFull(let path),
      .other(let path, _):
      path
    }
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file"
    case .permission(let path): "\(path): permission denied"
    case .readOnly(let path): "\(path): the file system is read-only"
    case .diskFull(let path): "\(path): the disk is full"
    case .other(let path, let code): "\(path): \(String(cString: strerror(code)))"
    }
  }
}
