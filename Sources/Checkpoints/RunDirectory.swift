public import Files
import Foundation

/// A run's folder in the hands of the one coordinator that may write to it.
///
/// It stays locked for as long as this object lives; the kernel lets go of the lock of a process
/// that dies, however it dies.
public final class RunDirectory: Sendable {
  public let files: RunFiles
  /// One more than that of whoever trained here before. Workers obey the highest that they know.
  public let epoch: UInt32
  private let lock: Descriptor

  /// A new run with the resolved plan `plan`; its folder, and those above, are made if need be.
  ///
  /// - Throws: ``RunDirectoryError/alreadyARun(path:)`` rather than touch another run's files.
  public static func create(
    _ path: String, plan: String
  ) throws(RunDirectoryError) -> RunDirectory {
    let files = RunFiles(path)
    try asFile { () throws(FileError) in try createFolder(files.folder) }
    let lock = try locked(files.lock)
    guard !files.isRun else { throw .alreadyARun(path: path) }
    let run = try RunDirectory(files, lock)
    try asFile { () throws(FileError) in try writeAtomically(Array(plan.utf8), to: files.plan) }
    return run
  }

  /// A run to be continued.
  public static func open(_ path: String) throws(RunDirectoryError) -> RunDirectory {
    let files = RunFiles(path)
    guard files.isRun else { throw .notARun(path: path) }
    return try RunDirectory(files, try locked(files.lock))
  }

  private init(_ files: RunFiles, _ lock: consuming Descriptor) throws(RunDirectoryError) {
    self.files = files
    self.lock = lock
    epoch = try Self.nextEpoch(files.epoch)
  }
}

// MARK: - Checkpoints

extension RunDirectory {
  /// Makes `checkpoint` the newest, and the newest so far the previous one. If the disk is full,
  /// both stay as they are.
  public func save(_ checkpoint: Checkpoint) throws(FileError) {
    try writeAtomically(
      checkpoint.encoded(), to: files.checkpoint, keeping: files.previousCheckpoint)
  }

  /// Makes `checkpoint` the best.
  public func saveBest(_ checkpoint: Checkpoint) throws(FileError) {
    try writeAtomically(checkpoint.encoded(), to: files.bestCheckpoint)
  }

  /// As ``RunFiles/latestCheckpoint()``. A newest one that was damaged is put aside, so that the
  /// next one that is saved does not push out the previous one, which is sound.
  public func latestCheckpoint() throws(LoadError) -> LoadedCheckpoint? {
    let loaded = try files.latestCheckpoint()
    if case .unreadable(let path, _) = loaded?.passedOver {
      do { try move(path, to: files.damagedCheckpoint) } catch { throw .file(error) }
    }
    return loaded
  }

  /// The run's plan as it was resolved when the run was made.
  public func plan() throws(FileError) -> String {
    String(decoding: try readFile(files.plan), as: UTF8.self)
  }
}

// MARK: - Lock and epoch

extension RunDirectory {
  private static func locked(_ path: String) throws(RunDirectoryError) -> Descriptor {
    let file = try asFile { () throws(FileError) in
      try Descriptor(opening: path, O_RDWR | O_CREAT, mode: 0o666)
    }
    guard try asFile({ () throws(FileError) in try file.tryLock() }) else {
      throw .locked(path: path, process: try holder(file))
    }
    try asFile { () throws(FileError) in
      try file.truncate(to: 0)
      try file.write(Array("\(getpid())\n".utf8))
    }
    return file
  }

  /// Nobody, for the instant between locking and writing one's number.
  private static func holder(_ file: borrowing Descriptor) throws(RunDirectoryError) -> Int32? {
    let bytes: [UInt8]
    do { bytes = try file.readToEnd() } catch { throw .file(error) }
    return Int32(
      String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func nextEpoch(_ path: String) throws(RunDirectoryError) -> UInt32 {
    let last = exists(path) ? try readEpoch(path) : 0
    try asFile { () throws(FileError) in
      try writeAtomically(Array("\(last + 1)\n".utf8), to: path)
    }
    return last + 1
  }

  private static func readEpoch(_ path: String) throws(RunDirectoryError) -> UInt32 {
    let bytes = try asFile { () throws(FileError) in try readFile(path) }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    guard let epoch = UInt32(text), epoch < .max else { throw .badEpoch(path: path, found: text) }
    return epoch
  }
}

private func asFile<Result: ~Copyable>(
  _ body: () throws(FileError) -> Result
) throws(RunDirectoryError) -> Result {
  do { return try body() } catch { throw .file(error) }
}

/// Why a run's folder could not be taken.
public enum RunDirectoryError: Error, Equatable {
  case file(FileError)
  case alreadyARun(path: String)
  case notARun(path: String)
  /// - Parameter process: who holds the lock, if it has said so.
  case locked(path: String, process: Int32?)
  case badEpoch(path: String, found: String)
}

extension RunDirectoryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .alreadyARun(let path): "\(path): there is a run here already; resume it or choose another"
    case .notARun(let path): "\(path): there is no run here, for it has no plan.yaml"
    case .locked(let path, let process):
      "\(path): another coordinator trains here" + (process.map { ", process \($0)" } ?? "")
    case .badEpoch(let path, let found): "\(path): \"\(found)\" is not the number of an epoch"
    }
  }
}
