/// A machine that workers shall run on, and how many.
public struct Host: Equatable, Sendable {
  /// What ssh knows it by.
  public var name: String
  public var user: String?
  /// Worker processes; `nil` is what the launcher says.
  public var workers: Int?
  /// Compute threads of each worker; `nil` is what the launcher says.
  public var threads: Int?
  /// Where the program is kept over there, an absolute path; `nil` is the user's cache folder.
  public var folder: String?

  public init(
    _ name: String, user: String? = nil, workers: Int? = nil, threads: Int? = nil,
    folder: String? = nil
  ) {
    (self.name, self.user, self.folder) = (name, user, folder)
    (self.workers, self.threads) = (workers, threads)
  }

  /// What ssh is told to connect to.
  var destination: String { user.map { "\($0)@\(name)" } ?? name }
}
