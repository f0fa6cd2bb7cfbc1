import Episodes

/// Images that were found and sorted, ready to be decoded and written to one file.
public struct ImageImport: Sendable {
  struct SourceClass: Sendable {
    var name: String
    var split: Split
    /// By file name.
    var images: [SourceImage]
  }

  /// In the order of the splits, and by name within each.
  let classes: [SourceClass]
  let format: ImageFormat
  /// How many classes no split wanted.
  public let leftOut: Int

  public var imageCount: Int { classes.reduce(0) { $0 + $1.images.count } }
}

extension ImageImport {
  /// Sorts images into classes and those into splits.
  ///
  /// - Parameter className: the class of an image in these folders, if it is in one.
  init(
    _ images: [SourceImage], className: ([String]) -> String?, splitting: Splitting,
    format: ImageFormat
  ) throws(ImportError) {
    let groups = try Self.grouped(images, by: className)
    let names = groups.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let sorted = try splitting.split(names).map { name, split in
      SourceClass(name: name, split: split, images: groups[name, default: []])
    }
    self.init(sorted, leftOut: names.count - sorted.count, format: format)
  }

  init(_ classes: [SourceClass], leftOut: Int, format: ImageFormat) {
    self.classes = Split.allCases.flatMap { split in
      classes.filter { $0.split == split }.sorted {
        $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
      }
    }
    (self.leftOut, self.format) = (leftOut, format)
  }

  /// The images of each class, by file name.
  static func grouped(
    _ images: [SourceImage], by className: ([String]) -> String?
  ) throws(ImportError) -> [String: [SourceImage]] {
    var groups: [String: [SourceImage]] = [:]
    let ordered = images.sorted { $0.fileName.utf8.lexicographicallyPrecedes($1.fileName.utf8) }
    for image in ordered {
      guard let name = className(image.folders), !name.isEmpty else { continue }
      if groups[name]?.last?.fileName == image.fileName { throw .twice(image: image.location) }
      groups[name, default: []].append(image)
    }
    return groups
  }
}
