import Checkpoints
import Files
import Foundation
import Graphs
import NDArrays
import Testing

private func checkpoint(step: Int) -> Checkpoint {
  let weight = NDArray((0..<12).map { Float($0 + step) }, shape: [4, 3])
  return Checkpoint(
    step: step,
    parameters: Parameters([("fc1.weight", weight), ("fc1.bias", NDArray([.nan, 1], shape: [2]))]),
    optimizer: Parameters([("mean.fc1.weight", weight), ("count", NDArray(Float(step)))]),
    plan: "seed: 1\n")
}

/// Checkpoints hold NaN, which is unequal to itself.
private func isSame(_ a: Checkpoint?, _ b: Checkpoint) -> Bool { a?.encoded() == b.encoded() }

@Test func aCheckpointIsReadBack() throws {
  var expected = checkpoint(step: 1000)
  #expect(isSame(try Checkpoint(decoding: expected.encoded()), expected))
  expected.parameters = Parameters([("x", NDArray(1))])
  #expect(try Checkpoint(decoding: expected.encoded()) == expected)
}

@Test func aCheckpointOpensAsPlainArrays() throws {
  let file = try SafeTensors(decoding: checkpoint(step: 3).encoded())
  #expect(
    file.entries.map(\.name)
      == ["fc1.weight", "fc1.bias", "optimizer.mean.fc1.weight", "optimizer.count"])
  #expect(file.metadata["step"] == "3")
  #expect(file.metadata["plan"] == "seed: 1\n")
  #expect(file.metadata["plan-digest"] == Digest("seed: 1\n").description)
}

@Test func equalStatesAreEqualFilesAndOthersAreNot() {
  let one = checkpoint(step: 1)
  #expect(one.encoded() == checkpoint(step: 1).encoded())
  #expect(one.digest == checkpoint(step: 1).digest)
  var others = [Checkpoint](repeating: one, count: 4)
  others[0].step = 2
  others[1].plan = "seed: 2\n"
  others[2].parameters = Parameters([("fc1.weight", one.parameters["fc1.weight"])])
  others[3].optimizer = Parameters(
    names: one.optimizer.names,
    leaves: one.optimizer.leaves.map { NDArray($0.elements.map { $0.nextUp }, shape: $0.shape) })
  #expect(Set(([one] + others).map(\.digest)).count == 5)
}

@Test(arguments: [
  ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
])
func digestsAreThoseOfTheAlgorithmsAuthors(text: String, digest: String) {
  #expect(Digest(text).description == digest)
}

@Test func everySingleBitOfDamageIsNoticed() throws {
  let sound = checkpoint(step: 12).encoded()
  for position in sound.indices {
    var bytes = sound
    bytes[position] ^= 1 << UInt8(position % 8)
    #expect(throws: CheckpointError.self, "bit \(position % 8) of byte \(position)") {
      try Checkpoint(decoding: bytes)
    }
  }
}

@Test func everyTornFileIsRefused() throws {
  let sound = checkpoint(step: 12).encoded()
  for length in sound.indices {
    #expect(throws: CheckpointError.self, "cut to \(length) bytes") {
      try Checkpoint(decoding: Array(sound[..<length]))
    }
  }
}

@Test(arguments: [
  ([:], CheckpointError.lacks("format")),
  (["format": "pt"], .unknownFormat("pt")),
  (["format": Checkpoint.format], .lacks("checksum")),
])
func filesThatAreNoCheckpointsAreRefused(metadata: [String: String], error: CheckpointError) {
  let file = SafeTensors([SafeTensors.Entry("x", NDArray(1))], metadata: metadata)
  #expect(throws: error) { try Checkpoint(decoding: file.encoded()) }
}

@Test func aSealedFileWithABadStepIsRefused() throws {
  var file = SafeTensors(
    [], metadata: ["format": Checkpoint.format, "step": "-1", "plan": "", "plan-digest": ""])
  file.metadata["checksum"] = Digest(file.encoded()).description
  #expect(throws: CheckpointError.badStep("-1")) { try Checkpoint(decoding: file.encoded()) }
}

// MARK: - Run directories

@Test func aRunIsMadeOnceAndContinuedOften() throws {
  let scratch = try Scratch()
  let path = scratch.path + "/runs/one"
  #expect(throws: RunDirectoryError.notARun(path: path)) { try RunDirectory.open(path) }
  do {
    let run = try RunDirectory.create(path, plan: "seed: 1\n")
    #expect(run.epoch == 1)
    #expect(try run.plan() == "seed: 1\n")
    #expect(try run.latestCheckpoint() == nil)
  }
  #expect(throws: RunDirectoryError.alreadyARun(path: path)) {
    try RunDirectory.create(path, plan: "")
  }
  for epoch in UInt64(2)...4 { #expect(try RunDirectory.open(path).epoch == epoch) }
}

@Test func aRunHasOneWriter() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  let refusal = RunDirectoryError.locked(path: run.files.lock, process: getpid())
  #expect(throws: refusal) { try RunDirectory.open(scratch.path) }
  #expect(throws: refusal) { try RunDirectory.create(scratch.path, plan: "") }
  #expect(refusal.description.contains("process \(getpid())"))
}

@Test func aBadEpochStopsARun() throws {
  let scratch = try Scratch()
  let files = try RunDirectory.create(scratch.path, plan: "").files
  try writeAtomically(Array("many\n".utf8), to: files.epoch)
  #expect(throws: RunDirectoryError.badEpoch(path: files.epoch, found: "many")) {
    try RunDirectory.open(scratch.path)
  }
}

@Test func theNewestCheckpointIsFoundAndTheOneBeforeKept() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "seed: 1\n")
  for step in [10, 20, 30] { try run.save(checkpoint(step: step)) }
  let found = try #require(try run.latestCheckpoint())
  #expect(isSame(found.checkpoint, checkpoint(step: 30)))
  #expect(found.path == run.files.checkpoint)
  #expect(found.passedOver == nil)
  let previous = try Checkpoint(contentsOf: run.files.previousCheckpoint)
  #expect(isSame(previous, checkpoint(step: 20)))
}

@Test func aTornCheckpointGivesWayToTheOneBefore() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  for step in [10, 20] { try run.save(checkpoint(step: step)) }
  let newest = try readFile(run.files.checkpoint)
  for length in stride(from: 0, to: newest.count, by: 100) {
    try writeAtomically(Array(newest[..<length]), to: run.files.checkpoint)
    let found = try #require(try run.files.latestCheckpoint())
    #expect(found.checkpoint.step == 10)
    #expect(found.path == run.files.previousCheckpoint)
    guard case .unreadable(run.files.checkpoint, _) = found.passedOver else {
      Issue.record("\(String(describing: found.passedOver))")
      return
    }
  }
}

@Test func aDamagedCheckpointNeverPushesOutASoundOne() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  for step in [10, 20] { try run.save(checkpoint(step: step)) }
  try writeAtomically([1, 2, 3], to: run.files.checkpoint)
  #expect(try run.latestCheckpoint()?.checkpoint.step == 10)
  #expect(try readFile(run.files.damagedCheckpoint) == [1, 2, 3])
  try run.save(checkpoint(step: 20))
  #expect(try run.latestCheckpoint()?.checkpoint.step == 20)
  #expect(try Checkpoint(contentsOf: run.files.previousCheckpoint).step == 10)
}

/// Where a killed writer of step 30 may have come to: so many bytes of the partial file written,
/// and so many of the two moves done.
private let interruptions: [(written: Int, moves: Int, found: Int)] = [
  (0, 0, 20), (1, 0, 20), (500, 0, 20), (.max, 0, 20), (.max, 1, 20), (.max, 2, 30),
]

@Test(arguments: interruptions)
func aKilledWriterLosesAtMostItsOwnCheckpoint(written: Int, moves: Int, found: Int) throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  let (newest, previous) = (run.files.checkpoint, run.files.previousCheckpoint)
  for step in [10, 20] { try run.save(checkpoint(step: step)) }
  try writeAtomically(
    Array(checkpoint(step: 30).encoded().prefix(written)), to: newest + ".partial")
  if moves > 0 { try move(newest, to: previous) }
  if moves > 1 { try move(newest + ".partial", to: newest) }
  #expect(try run.latestCheckpoint()?.checkpoint.step == found)
  try run.save(checkpoint(step: 40))
  #expect(try run.latestCheckpoint()?.checkpoint.step == 40)
  #expect(try Checkpoint(contentsOf: previous).step == found)
}

@Test func twoUnreadableCheckpointsAreAnError() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  for path in [run.files.checkpoint, run.files.previousCheckpoint] {
    try writeAtomically([], to: path)
  }
  let reason = CheckpointError.notSafeTensors(.truncatedHeader(needs: 8, found: 0))
  #expect(throws: LoadError.unreadable(path: run.files.checkpoint, reason)) {
    try run.latestCheckpoint()
  }
}

@Test func aCheckpointIsFoundByItsOwnPathAndByItsRuns() throws {
  let scratch = try Scratch()
  let run = try RunDirectory.create(scratch.path, plan: "")
  #expect(throws: LoadError.noneYet(path: scratch.path)) { try LoadedCheckpoint(at: scratch.path) }
  for step in [10, 20] { try run.save(checkpoint(step: step)) }
  #expect(try LoadedCheckpoint(at: scratch.path).checkpoint.step == 20)
  #expect(try LoadedCheckpoint(at: run.files.previousCheckpoint).checkpoint.step == 10)
  let missing = scratch.path + "/none"
  #expect(throws: LoadError.file(.missing(path: missing))) { try LoadedCheckpoint(at: missing) }
}

// MARK: - A full disk

@Test(.enabled(if: SmallDisk.canBeMade, "mounting is not allowed here"))
func aFullDiskLeavesBothCheckpointsAsTheyWere() throws {
  let disk = try SmallDisk.make()
  let run = try RunDirectory.create(disk.path + "/run", plan: "")
  for step in [10, 20] { try run.save(checkpoint(step: step)) }
  var large = checkpoint(step: 30)
  large.parameters = Parameters([("x", NDArray(repeating: 1, shape: [100_000]))])
  #expect(throws: FileError.diskFull(path: run.files.checkpoint)) { try run.save(large) }
  #expect(try run.latestCheckpoint()?.checkpoint.step == 20)
  #expect(try Checkpoint(contentsOf: run.files.previousCheckpoint).step == 10)
  try run.save(checkpoint(step: 30))
  #expect(try run.latestCheckpoint()?.checkpoint.step == 30)
}

@Test(.enabled(if: SmallDisk.canBeMade, "mounting is not allowed here"))
func aDiskThatTurnsReadOnlyIsNamedAndCanStillBeRead() throws {
  let disk = try SmallDisk.make()
  let path = disk.path + "/run"
  let files = try RunDirectory.create(path, plan: "").files
  try writeAtomically(checkpoint(step: 10).encoded(), to: files.checkpoint)
  try disk.becomeReadOnly()
  #expect(throws: RunDirectoryError.file(.readOnly(path: files.lock))) {
    try RunDirectory.open(path)
  }
  #expect(throws: FileError.readOnly(path: files.checkpoint)) {
    try writeAtomically([], to: files.checkpoint)
  }
  #expect(try files.latestCheckpoint()?.checkpoint.step == 10)
}

// MARK: - Arrays for a plan

private let layout = Parameters<Shape>([("weight", [2, 1]), ("bias", [2])])
private let weight = ("weight", NDArray([1, 2], shape: [2, 1]))
private let bias = ("bias", NDArray([3, 4], shape: [2]))

@Test func arraysAreBroughtIntoThePlansOrder() throws {
  #expect(try Parameters([bias, weight]).conforming(to: layout) == Parameters([weight, bias]))
}

@Test(arguments: [
  (Parameters([weight]), LayoutMismatch.missing("bias", expected: [2])),
  (Parameters([bias, weight, ("extra", NDArray(1))]), .unexpected("extra")),
  (Parameters([bias, ("weight", bias.1)]), .shape(of: "weight", found: [2], expected: [2, 1])),
])
func arraysOfAnotherPlanAreRefused(arrays: Parameters<NDArray>, error: LayoutMismatch) {
  #expect(throws: error) { try arrays.conforming(to: layout) }
}
