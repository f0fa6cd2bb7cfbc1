import Files
import Foundation
public import Transport

/// A folder of keys:
///
/// | file | what | who has it |
/// |---|---|---|
/// | `coordinator.key` | the coordinator's secret | the coordinator's machine alone |
/// | `coordinator.public` | what workers know the coordinator by | everybody |
/// | `worker.key` | a worker's secret | that worker's machine, and no other |
/// | `relay.key` | a relay's secret, towards both sides | that relay's machine, and no other |
/// | `allowed` | whom a coordinator or a relay lets in: see `KeyList` | its machine |
///
/// Workers of a relay have its public key as `coordinator.public`.
public struct KeyFolder: Equatable, Sendable {
  /// The name of the keys that a coordinator has.
  public static let coordinator = "coordinator"
  /// The name of the keys that workers have, unless they are told another.
  public static let worker = "worker"

  /// The name of the keys that a relay has.
  public static let relay = "relay"

  public let path: String

  public init(_ path: String) { self.path = path }

  public func secretFile(of name: String) -> String { "\(path)/\(name).key" }
  public func publicFile(of name: String) -> String { "\(path)/\(name).public" }
  public var allowedFile: String { "\(path)/allowed" }
}

extension KeyFolder {
  /// Makes the folder, which only the user can enter, unless it is there.
  public func create() throws(KeyError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST && isFolder(path) { return }
    throw .file(FileError(path: path, errno: errno))
  }

  /// Writes both files of a pair of keys.
  public func write(_ keys: KeyPair, as name: String) throws(KeyError) {
    guard !exists(publicFile(of: name)) else { throw .exists(path: publicFile(of: name)) }
    try keys.write(to: secretFile(of: name))
    try keys.publicKey.write(to: publicFile(of: name))
  }

  /// What a worker or a relay with this folder is to its coordinator.
  public func identification(of name: String) throws(KeyError) -> Identification {
    .dealer(
      try KeyPair(contentsOf: secretFile(of: name)),
      to: try CurveKey(contentsOf: publicFile(of: Self.coordinator)))
  }

  /// Who is allowed, and who was; nobody if there is no list yet.
  public func list() throws(KeyError) -> KeyList {
    guard exists(allowedFile) else { return KeyList() }
    return try KeyList(contentsOf: allowedFile)
  }

  /// Changes the list, on which nobody else works meanwhile.
  public func changeList(_ change: (inout KeyList) throws(KeyError) -> Void) throws(KeyError) {
    do {
      let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY, mode: 0)
      guard try folder.tryLock() else { throw KeyError.busy(path: path) }
      var list = try list()
      try change(&list)
      try writeAtomically(Array(list.text.utf8), to: allowedFile)
    } catch let error as FileError {
      throw .file(error)
    } catch let error as KeyError { throw error } catch { preconditionFailure("\(error)") }
  }
}
