import Episodes
import Files
import NDArrays
import Testing

@testable import Datasets

private let key = RandomKey(seed: 3)
private let allForTraining = Splitting.counts(train: 3, validation: 0, key)

private func writeClasses(_ count: Int, to scratch: borrowing Scratch) throws {
  for index in 0..<count {
    try scratch.write(try sample(index).png(), to: "in/class\(index)/a.png")
    try scratch.write(try sample(index + 50).jpeg(), to: "in/class\(index)/b.JPG")
  }
}

extension Scratch {
  fileprivate func imported(_ found: ImageImport) throws -> (ImageSet, ImportReport) {
    let report = try found.write(to: "\(path)/out.images") { _ in }
    return (try ImageSet(opening: "\(path)/out.images"), report)
  }
}

@Test func aFolderOfClassFoldersIsImported() throws {
  let scratch = try Scratch()
  try writeClasses(3, to: scratch)
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: allForTraining, format: .colors)
  let (set, report) = try scratch.imported(found)
  #expect(report == ImportReport(classCount: 3, imageCount: 6))
  #expect(set.names(of: .train) == ["class0", "class1", "class2"])
  #expect(set.pixels(ofClass: 1, image: 0) == sample(1).bytes)
}

@Test func progressEndsAtTheNumberOfImages() throws {
  let scratch = try Scratch()
  try writeClasses(3, to: scratch)
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: allForTraining, format: .colors)
  var seen: [Int] = []
  _ = try found.write(to: "\(scratch.path)/out.images") { seen.append($0) }
  #expect(seen == [2, 4, 6])
  #expect(found.imageCount == 6)
}

@Test func theSameImagesMakeTheSameFile() throws {
  let scratch = try Scratch()
  try writeClasses(7, to: scratch)
  let files = try (0..<2).map { _ in
    let found = try ImageImport(
      folder: "\(scratch.path)/in",
      splitting: .fractions(train: 0.5, validation: 0.25, test: 0.25, key), format: .colors)
    _ = try found.write(to: "\(scratch.path)/out.images") { _ in }
    return try readFile("\(scratch.path)/out.images")
  }
  #expect(files[0] == files[1])
}

@Test func unreadableImagesAreNamedAndTheOthersKept() throws {
  let scratch = try Scratch()
  try writeClasses(3, to: scratch)
  let torn = try scratch.write(Array(try sample(0).png().dropLast(30)), to: "in/class0/c.png")
  let text = try scratch.write(Array("hello".utf8), to: "in/class1/0.jpeg")
  let small = try scratch.write(try sample(0, height: 3).png(), to: "in/class2/z.png")
  let lost = try scratch.write([], to: "in/class9/a.png")
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: .counts(train: 4, validation: 0, key),
    format: .colors)
  let (set, report) = try scratch.imported(found)
  #expect(report.unreadable.map(\.location) == [torn, text, small, lost])
  #expect(report.unreadable[1].fault == .unknownKind)
  #expect(
    report.unreadable[2].fault
      == .size(
        ImageShape(height: 3, width: 5, channels: 3),
        expected: ImageShape(height: 6, width: 5, channels: 3)))
  #expect(report.emptyClasses == ["class9"])
  #expect(set.names(of: .train) == ["class0", "class1", "class2"])
  #expect((0..<3).map(set.imageCount) == [2, 2, 2])
}

@Test func anImportOfNothingUsableWritesNothing() throws {
  let scratch = try Scratch()
  let path = try scratch.write([1], to: "in/a/a.png")
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: .counts(train: 1, validation: 0, key),
    format: ImageFormat(size: .init(width: 4, height: 4), colors: .rgb, ink: .asIs))
  let unreadable = ImportError.Unreadable(location: path, fault: .unknownKind)
  #expect(throws: ImportError.nothingUsable([unreadable])) {
    try found.write(to: "\(scratch.path)/out.images") { _ in }
  }
  #expect(try listFolder(scratch.path) == ["in"])
}

@Test func imagesAreMadeTheSizeAndColoursAskedFor() throws {
  let scratch = try Scratch()
  try scratch.write(try plain([0, 0, 0], height: 20, width: 9).png(), to: "in/a/a.png")
  try scratch.write(try plain([255, 255, 255], height: 3, width: 3).png(), to: "in/a/b.png")
  let format = ImageFormat(size: .init(width: 4, height: 2), colors: .grey, ink: .inverted)
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: .counts(train: 1, validation: 0, key),
    format: format)
  let (set, _) = try scratch.imported(found)
  #expect(set.shape == ImageShape(height: 2, width: 4, channels: 1))
  #expect(set.pixels(ofClass: 0, image: 0) == [UInt8](repeating: 255, count: 8))
  #expect(set.pixels(ofClass: 0, image: 1) == [UInt8](repeating: 0, count: 8))
}

@Test func listsSayWhichClassesAreForWhat() throws {
  let scratch = try Scratch()
  try writeClasses(4, to: scratch)
  try scratch.write(Array("class2\r\n\n  class0 \n".utf8), to: "lists/train.txt")
  try scratch.write(Array("class3".utf8), to: "lists/val.txt")
  let lists = try SplitLists(folder: "\(scratch.path)/lists")
  let found = try ImageImport(
    folder: "\(scratch.path)/in", splitting: .lists(lists), format: .colors)
  let (set, _) = try scratch.imported(found)
  #expect(found.leftOut == 1)
  #expect(set.names(of: .train) == ["class0", "class2"])
  #expect(set.names(of: .validation) == ["class3"])
  #expect(set.classes(of: .test).isEmpty)
}

@Test func listsThatContradictAreRefused() throws {
  let names = ["a", "b"]
  #expect(throws: ImportError.inTwoSplits(className: "a")) {
    try Splitting.lists(SplitLists([["a"], [], ["b", "a"]])).split(names)
  }
  #expect(throws: ImportError.unknownClass(name: "c", .validation)) {
    try Splitting.lists(SplitLists([["a"], ["c"], []])).split(names)
  }
  let scratch = try Scratch()
  let (path, folder) = (scratch.path, "\(scratch.path)/lists")
  #expect(throws: ImportError.noLists(folder: path)) { try SplitLists(folder: path) }
  let list = try scratch.write([0xFF], to: "lists/test.txt")
  #expect(throws: ImportError.notText(path: list)) { try SplitLists(folder: folder) }
}

@Test func fractionsCutAllClassesApart() throws {
  let names = (0..<10).map { "class\($0)" }
  let splitting = Splitting.fractions(train: 0.6, validation: 0.1, test: 0.3, key)
  let split = try splitting.split(names)
  #expect(split.map(\.name).sorted() == names)
  #expect(Split.allCases.map { one in split.count { $0.split == one } } == [6, 1, 3])
  #expect(split.map(\.name) != names)
}

@Test func foldersOfSplitsKeepThem() throws {
  let scratch = try Scratch()
  for name in ["train/a", "train/b", "val/c", "test/d"] {
    try scratch.write(try sample(1).png(), to: "in/\(name)/1.png")
  }
  #expect(try ImageImport.isSplit("\(scratch.path)/in"))
  let found = try ImageImport(splitFolder: "\(scratch.path)/in", format: .colors)
  let (set, _) = try scratch.imported(found)
  #expect(Split.allCases.map(set.names) == [["a", "b"], ["c"], ["d"]])
  try scratch.write(try sample(1).png(), to: "in/test/a/1.png")
  #expect(throws: ImportError.inTwoSplits(className: "a")) {
    try ImageImport(splitFolder: "\(scratch.path)/in", format: .colors)
  }
}

@Test func aFolderWithoutImagesIsCalledSo() throws {
  let scratch = try Scratch()
  let path = scratch.path
  try scratch.write([], to: "a/notes.txt")
  #expect(throws: ImportError.noImages(path: path)) {
    try ImageImport(folder: path, splitting: allForTraining, format: .colors)
  }
  #expect(throws: ImportError.file(.missing(path: "\(path)/b"))) {
    try ImageImport(folder: "\(path)/b", splitting: allForTraining, format: .colors)
  }
}
