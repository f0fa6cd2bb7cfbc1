import Episodes
import Files
import Foundation
import NDArrays
import Testing

@testable import Datasets

private let format = ImageFormat(
  size: .init(width: 28, height: 28), colors: .grey, ink: .inverted)

/// A drawing as Omniglot has them, black on white.
private func drawing(_ seed: Int) throws -> [UInt8] {
  let shape = ImageShape(height: 105, width: 105, channels: 1)
  let bytes = (0..<shape.byteCount).map { ($0 / 105 + seed) % 20 < 3 ? 0 as UInt8 : 255 }
  return try Bitmap(bytes, shape: shape).png()
}

private let characters = [
  "images_background/Latin/character01", "images_background/Greek/character01",
  "images_evaluation/Tengwar/character02",
]

private func drawings() throws -> [(name: String, bytes: [UInt8])] {
  try characters.enumerated().flatMap { index, character in
    try (1...2).map { ("\(character)/000\(index)_0\($0).png", try drawing(index * 2 + $0)) }
  }
}

private func writeZips(to folder: String) throws {
  for part in ImageImport.omniglotParts {
    try zip(try drawings().filter { $0.name.hasPrefix(part) }, to: "\(folder)/\(part).zip")
  }
}

@Test func theZipsAndTheirFoldersMakeTheSameFile() throws {
  let scratch = try Scratch()
  for (name, bytes) in try drawings() { try scratch.write(bytes, to: "folders/\(name)") }
  try scratch.write([], to: "zips/readme.txt")
  try writeZips(to: "\(scratch.path)/zips")
  let files = try ["folders", "zips"].map { source in
    let found = try ImageImport(
      omniglot: ["\(scratch.path)/\(source)"],
      splitting: .counts(train: 1, validation: 1, RandomKey(seed: 1)), format: format)
    _ = try found.write(to: "\(scratch.path)/out.images") { _ in }
    return try readFile("\(scratch.path)/out.images")
  }
  #expect(files[0] == files[1])
  let set = try ImageSet(opening: "\(scratch.path)/out.images")
  let names = Split.allCases.flatMap(set.names)
  #expect(names.sorted() == ["Greek/character01", "Latin/character01", "Tengwar/character02"])
}

@Test func listsOfRotatedCharactersNameTheCharacters() throws {
  let scratch = try Scratch()
  try writeZips(to: scratch.path)
  let lists = SplitLists([
    ["Latin/character01/rot000", "Latin/character01/rot090"], [], ["Tengwar/character02/rot270"],
  ])
  let found = try ImageImport(omniglot: [scratch.path], splitting: .lists(lists), format: format)
  #expect(found.classes.map(\.name) == ["Latin/character01", "Tengwar/character02"])
  #expect(found.leftOut == 1)
}

@Test func aMissingPartIsCalledSo() throws {
  let scratch = try Scratch()
  try writeZips(to: scratch.path)
  try FileManager.default.removeItem(atPath: "\(scratch.path)/images_evaluation.zip")
  let path = scratch.path
  #expect(throws: ImportError.noOmniglot(path: path, part: "images_evaluation")) {
    try ImageImport(
      omniglot: [path], splitting: .counts(train: 1, validation: 0, RandomKey(seed: 1)),
      format: format)
  }
}

/// A broken archive is refused whole, or its broken images are reported by name.
@Test func aDamagedArchiveEndsNoProcess() throws {
  let scratch = try Scratch()
  try writeZips(to: scratch.path)
  let whole = try readFile("\(scratch.path)/images_background.zip")
  var stream = RandomKey(seed: 8).stream
  for round in 0..<100 {
    var damaged = whole
    if round % 2 == 0 {
      damaged.removeLast(1 + stream.index(below: whole.count))
    } else {
      damaged[stream.index(below: whole.count)] ^= 0x20
    }
    let path = try scratch.write(damaged, to: "damaged.zip")
    do {
      let found = try ImageImport(
        omniglot: [path],
        splitting: .fractions(train: 1, validation: 0, test: 0, RandomKey(seed: 1)),
        format: format)
      let report = try found.write(to: "\(scratch.path)/out.images") { _ in }
      #expect(report.unreadable.allSatisfy { $0.location.hasPrefix(path) })
    } catch {
      #expect("\(error)".contains("damaged.zip") || "\(error)".contains("images can be used"))
    }
  }
}

private let published =
  URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../shared/data/omniglot"
  ).standardized.path

@Test(
  .enabled(if: exists(published), "the published archives are not beside the project"))
func thePublishedOmniglotIsWholeAndItsInkIsLight() throws {
  let lists = try SplitLists(folder: "\(published)/splits")
  let found = try ImageImport(omniglot: [published], splitting: .lists(lists), format: format)
  #expect(found.classes.count == 1623)
  #expect(found.classes.allSatisfy { $0.images.count == 20 })
  #expect(
    Split.allCases.map { one in found.classes.count { $0.split == one } } == [1028, 172, 423])
  #expect(found.leftOut == 0)

  let scratch = try Scratch()
  let few = found.classes.filter { $0.name.hasPrefix("Greek/") }
  let report = try ImageImport(few, leftOut: 0, format: format).write(
    to: "\(scratch.path)/greek.images"
  ) { _ in }
  #expect(report == ImportReport(classCount: 24, imageCount: 480))
  let set = try ImageSet(opening: "\(scratch.path)/greek.images")
  for index in 0..<24 {
    let pixels = set.pixels(ofClass: index, image: index % 20)
    let ink = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(255 * pixels.count)
    #expect((0.01...0.2).contains(ink), "class \(index)")
    #expect(pixels.contains { (1..<255).contains($0) }, "strokes have soft edges")
  }
}
