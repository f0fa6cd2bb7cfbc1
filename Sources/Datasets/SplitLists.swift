import Episodes
import Files

/// The names of the classes of each split.
public struct SplitLists: Equatable, Sendable {
  /// In the order of `Split.allCases`.
  private let lists: [[String]]

  /// Reads the lists in a folder: a class's name on each line of `train.txt`, `val.txt` (or
  /// `valid.txt` or `validation.txt`) and `test.txt`. A list that is not there is empty.
  public init(folder: String) throws(ImportError) {
    var lists: [[String]] = []
    for split in Split.allCases {
      let paths = split.spellings.map { "\(folder)/\($0).txt" }
      lists.append(try paths.first(where: exists).map(classNames) ?? [])
    }
    guard lists.contains(where: { !$0.isEmpty }) else { throw .noLists(folder: folder) }
    self.lists = lists
  }

  init(_ lists: [[String]]) { self.lists = lists }

  /// The same lists with other names. Names that become one count once.
  func mapNames(_ transform: (String) -> String) -> SplitLists {
    SplitLists(lists.map { $0.map(transform) })
  }

  func split(_ names: [String]) throws(ImportError) -> [(name: String, split: Split)] {
    let known = Set(names)
    var splits: [String: Split] = [:]
    for (split, list) in zip(Split.allCases, lists) {
      for name in list {
        guard known.contains(name) else { throw .unknownClass(name: name, split) }
        guard splits[name, default: split] == split else { throw .inTwoSplits(className: name) }
        splits[name] = split
      }
    }
    return names.compactMap { name in splits[name].map { (name, $0) } }
  }
}

extension Split {
  /// What people call its list or folder.
  var spellings: [String] {
    switch self {
    case .train: ["train"]
    case .validation: ["val", "valid", "validation"]
    case .test: ["test"]
    }
  }
}

private func classNames(_ path: String) throws(ImportError) -> [String] {
  let bytes: [UInt8]
  do throws(FileError) { bytes = try readFile(path) } catch { throw .file(error) }
  guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(path: path) }
  return text.split(whereSeparator: \.isNewline).compactMap { line in
    let name = line.trimmingWhitespace
    return name.isEmpty ? nil : String(name)
  }
}

extension Substring {
  fileprivate var trimmingWhitespace: Substring {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
    return start[...last]
  }
}
