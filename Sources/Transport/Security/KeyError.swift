public import Files

/// Why a key could not be had or kept.
public enum KeyError: Error, Equatable {
  case file(FileError)
  /// Others than the owner may read or write a file of a secret; `mode` is what was found.
  case open(path: String, mode: UInt32)
  /// A secret belongs to another user, `owner`.
  case foreign(path: String, owner: UInt32)
  case notAFile(path: String)
  /// No key and no file of one; `found` is what was given, unless it was to be a secret.
  case notAKey(_ found: String?)
  /// The file is not what a file of its kind looks like, from this line on.
  case malformed(path: String, line: Int, expected: String)
  /// There is one already, and it is not written over.
  case exists(path: String)
  /// Another process changes the folder's list.
  case busy(path: String)
}

extension KeyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .open(let path, let mode):
      "\(path): a secret key must be readable by its owner alone (mode 0600), and its mode is"
        + " 0\(String(mode, radix: 8))"
    case .foreign(let path, let owner):
      "\(path): a secret key must belong to who uses it, and this one belongs to user \(owner)"
    case .notAFile(let path): "\(path): a secret key is an ordinary file, and this is none"
    case .notAKey(let found):
      "a key is 40 characters of Z85, and \(found.map { "\"\($0)\"" } ?? "this") is neither one nor"
        + " a file of one"
    case .malformed(let path, let line, let expected): "\(path):\(line): expected \(expected)"
    case .exists(let path): "\(path): is there already, and no key is written over"
    case .busy(let path): "\(path): somebody else is changing who is allowed; try again"
    }
  }
}
