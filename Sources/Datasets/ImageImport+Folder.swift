import Episodes
import Files

extension ImageImport {
  /// Finds the images in a folder of class folders. A class is any folder that holds images, by its
  /// path from `folder`.
  public init(
    folder: String, splitting: Splitting, format: ImageFormat
  ) throws(ImportError) {
    try self.init(
      try Self.images(folder), className: { $0.joined(separator: "/") }, splitting: splitting,
      format: format)
  }

  /// Finds the images in a folder that holds a folder of class folders for each split: `train`, `val`
  /// (or `valid` or `validation`) and `test`.
  public init(splitFolder folder: String, format: ImageFormat) throws(ImportError) {
    let images = try Self.images(folder)
    var (classes, names): ([SourceClass], [String]) = ([], [])
    for split in Split.allCases {
      let own = images.filter { split.spellings.contains($0.folders.first ?? "") }
      let groups = try Self.grouped(own) { $0.dropFirst().joined(separator: "/") }
      names += groups.keys
      classes += groups.map { SourceClass(name: $0.key, split: split, images: $0.value) }
    }
    if let name = firstRepeated(names) { throw .inTwoSplits(className: name) }
    self.init(classes, leftOut: 0, format: format)
  }

  /// Whether a folder's own folders are those of the splits.
  public static func isSplit(_ folder: String) throws(ImportError) -> Bool {
    do throws(FileError) {
      let names = try listFolder(folder).filter { isFolder("\(folder)/\($0)") }
      let spellings = Split.allCases.flatMap(\.spellings)
      return names.contains("train") && names.allSatisfy(spellings.contains)
    } catch {
      throw .file(error)
    }
  }

  private static func images(_ folder: String) throws(ImportError) -> [SourceImage] {
    let images: [SourceImage]
    do throws(FileError) {
      images = try sourceImages(inFolder: folder)
    } catch {
      throw .file(error)
    }
    guard images.contains(where: { !$0.folders.isEmpty }) else { throw .noImages(path: folder) }
    return images
  }
}

/// The first name, in the order of names, that is there more than once.
private func firstRepeated(_ names: [String]) -> String? {
  let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
}
