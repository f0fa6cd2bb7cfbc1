import Files
import Foundation
import Testing

private func text(_ path: String) throws -> String {
  String(decoding: try readFile(path), as: UTF8.self)
}

@Test func aWrittenFileIsReadBack() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/file"
  for text in ["", "one", String(repeating: "long ", count: 100_000)] {
    try writeAtomically(Array(text.utf8), to: path)
    #expect(try readFile(path) == Array(text.utf8))
  }
  #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["file"])
}

@Test func theFormerFileCanBeKept() throws {
  let scratch = try Scratch()
  let (path, previous) = (scratch.path + "/new", scratch.path + "/old")
  for version in ["1", "2", "3"] {
    try writeAtomically(Array(version.utf8), to: path, keeping: previous)
  }
  #expect(try text(path) == "3")
  #expect(try text(previous) == "2")
}

@Test func whatAKilledWriterLeftIsNoObstacle() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/file"
  try writeAtomically(Array("half of something longer".utf8), to: path + ".partial")
  try writeAtomically(Array("whole".utf8), to: path)
  #expect(try text(path) == "whole")
  #expect(!exists(path + ".partial"))
}

@Test func foldersAreMadeAtAnyDepth() throws {
  let scratch = try Scratch()
  for path in ["a", "b/c/d", "b/c/d/", "b//e", "./f"] {
    try createFolder(scratch.path + "/" + path)
    #expect(isFolder(scratch.path + "/" + path))
  }
  try writeAtomically([], to: scratch.path + "/file")
  #expect(throws: FileError.other(path: scratch.path + "/file", errno: EEXIST)) {
    try createFolder(scratch.path + "/file")
  }
}

@Test func refusalsAreNamed() throws {
  let scratch = try Scratch()
  let missing = scratch.path + "/no/file"
  #expect(throws: FileError.missing(path: missing)) { try readFile(missing) }
  #expect(throws: FileError.missing(path: missing)) { try writeAtomically([1], to: missing) }
  try createFolder(scratch.path + "/folder/inside")
  #expect(throws: FileError.other(path: scratch.path + "/folder", errno: EISDIR)) {
    try writeAtomically([1], to: scratch.path + "/folder")
  }
  #expect(!exists(scratch.path + "/folder.partial"))
}

@Test func aFullDeviceIsToldFromOtherTrouble() throws {
  let device = try Descriptor(opening: "/dev/full", O_WRONLY, mode: 0)
  var found: FileError?
  do { try device.write([1, 2, 3]) } catch { found = error }
  #expect(found == .diskFull(path: "/dev/full"))
}

@Test(arguments: [
  (ENOENT, FileError.missing(path: "f"), "f: there is no such file"),
  (EACCES, .permission(path: "f"), "f: permission denied"),
  (EPERM, .permission(path: "f"), "f: permission denied"),
  (EROFS, .readOnly(path: "f"), "f: the file system is read-only"),
  (ENOSPC, .diskFull(path: "f"), "f: the disk is full"),
  (EDQUOT, .diskFull(path: "f"), "f: the disk is full"),
  (EIO, .other(path: "f", errno: EIO), "f: Input/output error"),
])
func systemErrorsBecomeWords(code: Int32, error: FileError, words: String) {
  #expect(FileError(path: "f", errno: code) == error)
  #expect(error.description == words)
}

@Test func aLockIsHeldUntilItsFileIsClosed() throws {
  let scratch = try Scratch()
  func open() throws -> Descriptor {
    try Descriptor(opening: scratch.path + "/lock", O_RDWR | O_CREAT, mode: 0o666)
  }
  let second = try open()
  do {
    let first = try open()
    let got = try (first.tryLock(), second.tryLock())
    #expect(got == (true, false))
  }
  let got = try second.tryLock()
  #expect(got)
}

@Test func programsThatAreStartedInheritNoLock() throws {
  let scratch = try Scratch()
  let file = try Descriptor(opening: scratch.path + "/lock", O_RDWR | O_CREAT, mode: 0o666)
  #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
}
