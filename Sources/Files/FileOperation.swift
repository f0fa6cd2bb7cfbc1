/// What is about to be done to the file system, in the order in which it is done.
public enum FileOperation: Equatable, Sendable {
  /// A file is made, or emptied if it is there.
  case create(String)
  case write(String, [UInt8])
  case truncate(String, count: Int)
  /// Its bytes are to reach the disk.
  case synchronize(String)
  case move(String, to: String)
  case remove(String)
  /// The names in a folder are to reach the disk.
  case synchronizeFolder(String)

  /// Called before each operation in this task; what it throws is what the disk says of it.
  ///
  /// So a disk can be watched, and made to fail at any point, without one that does.
  @TaskLocal public static var gate: (@Sendable (FileOperation) throws(FileError) -> Void)?

  static func announce(_ operation: @autoclosure () -> FileOperation) throws(FileError) {
    if let gate { try gate(operation()) }
  }
}
