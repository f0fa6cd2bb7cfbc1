import Foundation
import Logging
public import Transport

/// The keys of a coordinator or a relay, and the list of whom it lets in, read again whenever the file changes.
///
/// Belongs to one thread.
public final class CoordinatorKeys {
  public let publicKey: CurveKey
  public let identification: Identification

  public let folder: KeyFolder
  private let admissions: Admissions
  /// Admitted besides those on the list, for this run.
  private var guests: Set<CurveKey> = []
  private var list: KeyList
  private var version: FileVersion?

  /// - Parameter name: of the keys.
  /// - Throws: if the keys or the list cannot be had.
  public init(_ folder: KeyFolder, name: String = KeyFolder.coordinator) throws(KeyError) {
    let keys = try KeyPair(contentsOf: folder.secretFile(of: name))
    version = FileVersion(folder.allowedFile)
    list = try folder.list()
    self.folder = folder
    admissions = Admissions(admitting: list.allowed, revoked: list.revoked)
    publicKey = keys.publicKey
    identification = .router(keys, admitting: admissions)
  }

  /// Lets somebody in for as long as this run lasts, without a place on the list.
  public func admit(_ guest: CurveKey) {
    guests.insert(guest)
    apply()
  }

  /// Makes keys for workers of this run and writes what they need to a folder, as they are told by
  /// `--keys`.
  public func welcomeGuests(in folder: KeyFolder) throws(KeyError) {
    let keys = KeyPair.random()
    try folder.create()
    try keys.write(to: folder.secretFile(of: KeyFolder.worker))
    try publicKey.write(to: folder.publicFile(of: KeyFolder.coordinator))
    admit(keys.publicKey)
  }

  /// Whether several workers have the key, who do not answer for each other.
  func isShared(_ key: CurveKey) -> Bool { guests.contains(key) }

  /// Reads the list if it has changed. One that cannot be read changes nothing, and is told of.
  func tend(_ log: Logger) {
    let latest = FileVersion(folder.allowedFile)
    guard latest != version else { return }
    version = latest
    do throws(KeyError) {
      list = try folder.list()
      apply()
      log.info("read whom to let in", metadata: ["allowed": "\(list.allowed.count)"])
    } catch {
      log.error("whom to let in stays as it was", metadata: ["why": "\(error)"])
    }
  }

  private func apply() {
    admissions.set(admitted: list.allowed.union(guests), revoked: list.revoked)
  }
}

/// What changes when a file does.
private struct FileVersion: Equatable {
  private let device: UInt
  private let number: UInt
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil if there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number, size) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}
