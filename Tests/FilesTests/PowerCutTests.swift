import Checkpoints
import Files
import Foundation
import Graphs
import Locks
import NDArrays
import Testing

private func checkpoint(_ step: Int) -> Checkpoint {
  Checkpoint(
    step: step, parameters: Parameters([("x", NDArray([Float(step), 2], shape: [2]))]),
    optimizer: Parameters([]), plan: "plan")
}

/// Puts files into a run's folder of checkpoints, in place of those that are there.
private func lay(_ contents: FolderContents, into run: RunFiles) throws {
  let folder = URL(filePath: run.checkpoint).deletingLastPathComponent().path
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
    try FileManager.default.removeItem(atPath: folder + "/" + name)
  }
  for (path, bytes) in contents {
    let name = URL(filePath: path).lastPathComponent
    try Data(bytes).write(to: URL(filePath: folder + "/" + name))
  }
}

/// Before and after every operation of three checkpoints, the power may be cut. What is found then is the
/// checkpoint before or the new one; and once it was said to be saved, the new one.
@Test func aPowerCutLeavesTheOldCheckpointOrTheNew() throws {
  let scratch = try Scratch()
  let other = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  let found = try RunDirectory.create(other.path, plan: "").files
  var (disk, states) = (DiskModel(), 0)
  for step in 1...3 {
    for operation in try RecordedDisk().recording({ try run.save(checkpoint(step)) }) {
      disk.perform(operation)
      for remains in disk.remains {
        try lay(remains, into: found)
        let latest = try found.latestCheckpoint()?.checkpoint
        #expect(
          latest == (step == 1 ? nil : checkpoint(step - 1)) || latest == checkpoint(step),
          "after \(operation) of step \(step)")
        states += 1
      }
    }
    for remains in disk.remains {
      try lay(remains, into: found)
      #expect(try found.latestCheckpoint()?.checkpoint == checkpoint(step))
    }
  }
  #expect(states > 100)
}

/// Not one of the operations can be left out, or the claim above is false.
@Test func withoutSynchronizingAPowerCutWouldLeaveGarbage() throws {
  let scratch = try Scratch()
  let other = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  let found = try RunDirectory.create(other.path, plan: "").files
  var (disk, unreadable) = (DiskModel(), 0)
  for step in 1...2 {
    for operation in try RecordedDisk().recording({ try run.save(checkpoint(step)) }) {
      if case .synchronize = operation { continue }
      disk.perform(operation)
      for remains in disk.remains {
        try lay(remains, into: found)
        do { _ = try found.latestCheckpoint() } catch { unreadable += 1 }
      }
    }
  }
  #expect(unreadable > 0)
}

/// Whatever the disk refuses, at whatever point, a sound checkpoint stays, and the next save works.
@Test(arguments: [ENOSPC, EIO, EROFS, EDQUOT])
func aDiskThatRefusesAnOperationCostsNoSoundCheckpoint(code: Int32) throws {
  let operations = try RecordedDisk().recording {
    let scratch = try Scratch()
    let run = try RunDirectory.create(scratch.path, plan: "")
    for step in 1...2 { try run.save(checkpoint(step)) }
  }
  let each = operations.count
  for refused in 0..<each {
    let scratch = try Scratch()
    let run = try RunDirectory.create(scratch.path, plan: "")
    for step in 1...2 { try run.save(checkpoint(step)) }
    let count = Locked(0)
    let gate: @Sendable (FileOperation) throws(FileError) -> Void = {
      (operation) throws(FileError) in
      let now = count.withLock { count in
        defer { count += 1 }
        return count
      }
      if now == refused { throw FileError(path: "\(operation)", errno: code) }
    }
    let saved = FileOperation.$gate.withValue(gate) { Result { try run.save(checkpoint(3)) } }
    let latest = try run.latestCheckpoint()?.checkpoint.step
    if case .success = saved { #expect(latest == 3) } else { #expect(latest == 2 || latest == 3) }
    try run.save(checkpoint(4))
    #expect(try run.latestCheckpoint()?.checkpoint.step == 4)
  }
}

/// A line of metrics that finds no room leaves nothing behind.
@Test func whatIsAppendedIsAppendedWhole() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/lines"
  let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_APPEND, mode: 0o666)
  try file.append(Array("one\n".utf8))
  let full: @Sendable (FileOperation) throws(FileError) -> Void = {
    (operation) throws(FileError) in
    if case .write = operation { throw FileError.diskFull(path: path) }
  }
  FileOperation.$gate.withValue(full) {
    #expect(throws: FileError.diskFull(path: path)) { try file.append(Array("two\n".utf8)) }
  }
  try file.append(Array("three\n".utf8))
  #expect(try readFile(path) == Array("one\nthree\n".utf8))
}
