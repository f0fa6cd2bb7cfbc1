/// A folder of checkpoints on a disk that may lose power between any two operations.
///
/// A file's bytes are on the disk once they are synchronised, the names of files once their folder is.
/// What a power cut leaves of the names is some beginning of what was done to them since.
struct PretendDisk {
  fileprivate struct File: Equatable {
    var state: Problem.State
    /// Whether all its bytes are on the disk.
    var isWhole = false
  }

  fileprivate enum Name { case partial, newest, previous }
  fileprivate typealias Folder = [Name: File]

  private var folder: Folder = [:]
  /// The folder as it was after each operation since it was last synchronised, that included.
  private var history: [Folder] = [[:]]

  /// What writing a checkpoint does, in order; the same as `ReplacementFile`.
  enum Operation: CaseIterable { case write, synchronize, keepFormer, replace, synchronizeFolder }

  /// Writes a checkpoint, or the first so many operations of it.
  mutating func save(_ state: Problem.State, operations: Int = Operation.allCases.count) {
    for operation in Operation.allCases.prefix(operations) { perform(operation, state) }
  }

  private mutating func perform(_ operation: Operation, _ state: Problem.State) {
    switch operation {
    case .write: folder[.partial] = File(state: state)
    case .synchronize:
      folder[.partial]?.isWhole = true
      // Bytes belong to the file, under whatever name.
      history = history.map { $0.with(folder[.partial], at: .partial) }
    case .keepFormer: folder[.previous] = folder.removeValue(forKey: .newest) ?? folder[.previous]
    case .replace: folder[.newest] = folder.removeValue(forKey: .partial)
    case .synchronizeFolder: history = []
    }
    history.append(folder)
  }

  /// The power is cut.
  ///
  /// - Parameter kept: of the operations since the folder was synchronised, the share that lasts.
  mutating func losePower(_ kept: Double) {
    folder = history[min(Int(kept * Double(history.count)), history.count - 1)]
    history = [folder]
  }

  /// The newest checkpoint that can be read; `nil` if there is none.
  var latest: Problem.State? {
    [Name.newest, .previous].lazy.compactMap { folder[$0] }.first(where: \.isWhole)?.state
  }
}

extension PretendDisk.Folder {
  fileprivate func with(_ file: PretendDisk.File?, at name: PretendDisk.Name) -> Self {
    guard self[name] != nil else { return self }
    var folder = self
    folder[name] = file
    return folder
  }
}
