import Episodes
import Files

/// Writes a file of images class by class, so that only one class need be in memory.
struct ImageSetWriter: ~Copyable {
  private let file: ReplacementFile
  private let shape: ImageShape
  private var classes: [ImageSetHeader.ImageClass] = []
  private var classCounts = [Int](repeating: 0, count: Split.allCases.count)
  private var end = ImageSetOpening.byteCount

  /// Nothing is at `path` before `finish`, or what was there stays.
  init(path: String, shape: ImageShape) throws(FileError) {
    let file = try ReplacementFile(of: path)
    try file.write([UInt8](repeating: 0, count: ImageSetOpening.byteCount))
    self.file = file
    self.shape = shape
  }

  /// Adds a class whose images are `pixels`, one after another.
  ///
  /// - Traps: unless classes come in the order of the splits and by name within each, with images.
  mutating func append(
    _ name: String, to split: Split, pixels: [UInt8]
  ) throws(FileError) {
    precondition(
      !pixels.isEmpty && pixels.count % shape.byteCount == 0, "pixels of whole images of \(shape)")
    let index = Split.allCases.firstIndex(of: split) ?? 0
    precondition(classCounts[(index + 1)...].allSatisfy { $0 == 0 }, "splits come in their order")
    if classCounts[index] > 0, let last = classes.last {
      precondition(last.name.utf8.lexicographicallyPrecedes(name.utf8), "classes come by name")
    }
    try file.write(pixels)
    classes.append(
      ImageSetHeader.ImageClass(
        name: name, imageCount: pixels.count / shape.byteCount, start: end,
        digest: ContentDigest(pixels)))
    classCounts[index] += 1
    end += pixels.count
  }

  /// Puts the file in its place.
  consuming func finish() throws(FileError) {
    let header = ImageSetHeader(shape: shape, classes: classes, classCounts: classCounts).encoded
    try file.write(header)
    let opening = ImageSetOpening(
      headerStart: UInt64(end), headerCount: UInt64(header.count),
      headerDigest: ContentDigest(header))
    try file.rewrite(opening.encoded)
    try file.commit()
  }
}
