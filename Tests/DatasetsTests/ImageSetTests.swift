import Episodes
import Files
import NDArrays
import Testing

@testable import Datasets

private let shape = ImageShape(height: 2, width: 3, channels: 1)

private func pixels(_ count: Int, from first: Int) -> [UInt8] {
  (0..<count * shape.byteCount).map { UInt8(first + $0) }
}

private func writeSample(to path: String) throws {
  var writer = try ImageSetWriter(path: path, shape: shape)
  try writer.append("a", to: .train, pixels: pixels(2, from: 0))
  try writer.append("b", to: .train, pixels: pixels(1, from: 50))
  try writer.append("é", to: .test, pixels: pixels(3, from: 100))
  try writer.finish()
}

@Test func aFileOfImagesReadsAsItWasWritten() throws {
  let scratch = try Scratch()
  try writeSample(to: "\(scratch.path)/a.images")
  let set = try ImageSet(opening: "\(scratch.path)/a.images")
  #expect(set.shape == shape)
  #expect(set.names(of: .train) == ["a", "b"])
  #expect(set.classes(of: .validation) == 2..<2)
  #expect(set.names(of: .test) == ["é"])
  #expect((0..<3).map(set.imageCount) == [2, 1, 3])
  #expect(set.pixels(ofClass: 0, image: 1) == [6, 7, 8, 9, 10, 11])
  #expect(set.pixels(ofClass: 2, image: 0) == [100, 101, 102, 103, 104, 105])
}

@Test func theDigestIsOfEverythingInTheFile() throws {
  let scratch = try Scratch()
  var digests: Set<String> = []
  let contents: [(String, Split, Int)] = [
    ("a", .train, 0), ("b", .train, 0), ("a", .test, 0), ("a", .train, 1),
  ]
  for (name, split, first) in contents {
    var writer = try ImageSetWriter(path: "\(scratch.path)/a.images", shape: shape)
    try writer.append(name, to: split, pixels: pixels(1, from: first))
    try writer.finish()
    digests.insert(try ImageSet(opening: "\(scratch.path)/a.images").digest)
  }
  #expect(digests.count == 4)
}

@Test func everyChangedByteIsNoticed() throws {
  let scratch = try Scratch()
  let path = "\(scratch.path)/a.images"
  try writeSample(to: path)
  let whole = try readFile(path)
  for index in whole.indices {
    var damaged = whole
    damaged[index] ^= 0x04
    try scratch.write(damaged, to: "a.images")
    #expect(throws: ImageSetError.self, "byte \(index)") { try ImageSet(opening: path) }
  }
}

@Test func everyOtherLengthIsNoticed() throws {
  let scratch = try Scratch()
  let path = "\(scratch.path)/a.images"
  try writeSample(to: path)
  let whole = try readFile(path)
  for count in 0..<whole.count {
    try scratch.write(Array(whole[..<count]), to: "a.images")
    #expect(throws: ImageSetError.self, "\(count) bytes") { try ImageSet(opening: path) }
  }
  try scratch.write(whole + [0], to: "a.images")
  #expect(
    throws: ImageSetError.refused(
      path: path, .length(whole.count + 1, expected: UInt64(whole.count)))
  ) { try ImageSet(opening: path) }
}

@Test func damagedPixelsAreCalledByTheirClass() throws {
  let scratch = try Scratch()
  let path = "\(scratch.path)/a.images"
  try writeSample(to: path)
  var bytes = try readFile(path)
  bytes[64 + 12] ^= 1
  try scratch.write(bytes, to: "a.images")
  #expect(throws: ImageSetError.refused(path: path, .pixels(className: "b"))) {
    try ImageSet(opening: path)
  }
}

@Test func otherFilesAreCalledSo() throws {
  let scratch = try Scratch()
  let other = try scratch.write(Array("a text of some length".utf8), to: "a.images")
  #expect(throws: ImageSetError.refused(path: other, .notImages)) { try ImageSet(opening: other) }
  let absent = "\(scratch.path)/b.images"
  #expect(throws: ImageSetError.file(.missing(path: absent))) { try ImageSet(opening: absent) }
}

/// Digests stop no forger: what a header says is checked even when its digest is right.
@Test func aForgedHeaderIsRefused() throws {
  let scratch = try Scratch()
  try writeSample(to: "\(scratch.path)/a.images")
  let whole = try readFile("\(scratch.path)/a.images")
  let headerStart = 64 + 6 * shape.byteCount
  var stream = RandomKey(seed: 9).stream
  for _ in 0..<2000 {
    var header = Array(whole[headerStart...])
    let place = stream.index(below: header.count)
    let original = header[place]
    header[place] = UInt8(stream.index(below: 256))
    guard header[place] != original else { continue }
    let opening = ImageSetOpening(
      headerStart: UInt64(headerStart), headerCount: UInt64(header.count),
      headerDigest: ContentDigest(header))
    let path = try scratch.write(
      opening.encoded + whole[64..<headerStart] + header, to: "forged.images")
    readEverything(path)
  }
}

/// A forged file either is refused or holds together.
private func readEverything(_ path: String) {
  do {
    let set = try ImageSet(opening: path)
    for index in set.header.classes.indices {
      for image in 0..<set.imageCount(ofClass: index) {
        #expect(set.pixels(ofClass: index, image: image).count == set.shape.byteCount)
      }
    }
  } catch {
    #expect(!"\(error)".isEmpty)
  }
}

@Test func aWriterThatIsLetGoLeavesTheFormerFile() throws {
  let scratch = try Scratch()
  let path = try scratch.write([1, 2, 3], to: "a.images")
  do {
    var writer = try ImageSetWriter(path: path, shape: shape)
    try writer.append("a", to: .train, pixels: pixels(1, from: 0))
  }
  #expect(try readFile(path) == [1, 2, 3])
  #expect(try listFolder(scratch.path) == ["a.images"])
}

@Test func theSummarySaysWhatIsInTheFile() throws {
  let scratch = try Scratch()
  try writeSample(to: "\(scratch.path)/a.images")
  let set = try ImageSet(opening: "\(scratch.path)/a.images")
  #expect(
    set.summary == """
      file        \(scratch.path)/a.images, \(set.byteCount) bytes
      digest      \(set.digest)
      images      3x2, grey
      train       2 classes, 3 images, 1 to 2 each
      validation  0 classes, 0 images
      test        1 classes, 3 images, 3 each
      """)
}
