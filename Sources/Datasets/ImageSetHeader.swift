public import Episodes

/// Everything a file of images says of itself besides the pixels.
public struct ImageSetHeader: Hashable, Sendable {
  /// Some images of one kind, in the order of their file names.
  public struct ImageClass: Hashable, Sendable {
    public let name: String
    public let imageCount: Int
    /// Where in the file its first image begins; the others follow it.
    let start: Int
    let digest: ContentDigest
  }

  public let shape: ImageShape
  /// In the order of the splits, and by name within each.
  public let classes: [ImageClass]
  /// How many classes each split has, in the order of `Split.allCases`.
  let classCounts: [Int]

  init(shape: ImageShape, classes: [ImageClass], classCounts: [Int]) {
    precondition(classCounts.count == Split.allCases.count, "one count a split")
    precondition(classCounts.reduce(0, +) == classes.count, "each class is in one split")
    (self.shape, self.classes, self.classCounts) = (shape, classes, classCounts)
  }

  /// The classes of a split.
  public func classes(of split: Split) -> Range<Int> {
    var start = 0
    for (other, count) in zip(Split.allCases, classCounts) {
      if other == split { return start..<start + count }
      start += count
    }
    return start..<start
  }

  public func imageCount(of split: Split) -> Int {
    classes[classes(of: split)].reduce(0) { $0 + $1.imageCount }
  }

  func byteCount(ofClass index: Int) -> Int { classes[index].imageCount * shape.byteCount }

  /// What files can hold: it keeps every count of bytes far from overflow.
  static let longestSide = 4096
  static let channelCounts = [1, 3]
}
