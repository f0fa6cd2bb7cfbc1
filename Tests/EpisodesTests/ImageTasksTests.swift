import NDArrays
import Testing

@testable import Episodes

/// Six classes in two splits. Each pixel's byte says class, image and place.
private struct CountedImages: ImageSource {
  var shape = ImageShape(height: 2, width: 2, channels: 1)
  let digest = "0123456789abcdef"
  var counts = [5, 5, 5, 3, 5, 5]

  func classes(of split: Split) -> Range<Int> {
    switch split {
    case .train: 0..<4
    case .validation: 4..<4
    case .test: 4..<6
    }
  }

  func imageCount(ofClass index: Int) -> Int { counts[index] }

  func pixels(ofClass index: Int, image: Int) -> [UInt8] {
    precondition(image < counts[index])
    return (0..<shape.byteCount).map { UInt8(index * 40 + image * 8 + $0) }
  }
}

private func tasks(
  _ rotations: ImageTasks.Rotations, split: Split = .train, ways: Int = 3, shots: Int = 1,
  query: Int = 2
) throws -> ImageTasks {
  try ImageTasks(
    CountedImages(), split: split, ways: ways, shots: shots, query: query, rotations: rotations)
}

private let keys = (0..<200).map { RandomKey(seed: 5).child($0) }

@Test func anEpisodeHasTheImagesOfItsTaskAndTheirLabels() throws {
  let tasks = try tasks(.none)
  for key in keys.prefix(20) {
    let (task, episode) = (tasks.task(key), tasks.episode(key))
    #expect(episode.map(\.shape) == tasks.shapes)
    #expect(episode.support.targets.elements == [0, 1, 2])
    #expect(episode.query.targets.elements == [0, 0, 1, 1, 2, 2])
    let support = task.ways.flatMap {
      tasks.source.pixels(ofClass: $0.classIndex, image: $0.images[0])
    }
    #expect([UInt8](pixels: episode.support.inputs.elements) == support)
  }
}

@Test(arguments: ImageTasks.Rotations.allCases)
func tasksThatAreDrawnTogetherAreThoseDrawnAlone(_ rotations: ImageTasks.Rotations) throws {
  let tasks = try tasks(rotations, shots: 2, query: 1)
  #expect(
    tasks.episodes(Array(keys.prefix(7))).map(\.unpacked)
      == Episode(stacking: keys.prefix(7).map { tasks.episode($0) }))
}

@Test func anEpisodeIsTheSameWheneverItIsAskedFor() throws {
  let tasks = try tasks(.perClassAndTask)
  for key in keys.prefix(20) { #expect(tasks.episode(key) == tasks.episode(key)) }
  #expect(Set(keys.map { tasks.task($0) }).count > 150)
}

@Test(arguments: [ImageTasks.Rotations.none, .perClassAndTask])
func noClassMeetsItselfInATaskAndNoImageIsInBothSets(_ rotations: ImageTasks.Rotations) throws {
  let tasks = try tasks(rotations)
  for key in keys {
    let ways = tasks.task(key).ways
    #expect(Set(ways.map(\.classIndex)).count == 3)
    for way in ways {
      #expect(Set(way.images).count == 3)
      #expect(way.images.allSatisfy { (0..<5).contains($0) || way.classIndex == 3 })
    }
  }
}

@Test func everyClassOfTheSplitAndNoOtherIsDrawn() throws {
  func drawn(_ tasks: ImageTasks) -> Set<Int> {
    Set(keys.flatMap { tasks.task($0).ways.map(\.classIndex) })
  }
  #expect(drawn(try tasks(.none)) == [0, 1, 2, 3])
  #expect(drawn(try tasks(.none, split: .test, ways: 2)) == [4, 5])
  // The fourth class has three images only.
  #expect(drawn(try tasks(.none, query: 4)) == [0, 1, 2])
}

@Test func rotationsAreDrawnForEachClassOfEachTask() throws {
  let tasks = try tasks(.perClassAndTask)
  let turns = keys.map { tasks.task($0).ways.map(\.quarterTurns) }
  for turn in 0..<4 {
    let share = turns.joined().count { $0 == turn }
    #expect((100...200).contains(share), "\(share) of 600")
  }
  #expect(Set(turns).count > 40)
}

@Test func rotationsAsClassesMakeFourOfOne() throws {
  let tasks = try tasks(.asClasses, split: .test, ways: 8)
  let ways = tasks.task(keys[0]).ways
  #expect(Set(ways.map { [$0.classIndex, $0.quarterTurns] }).count == 8)
}

@Test func aQuarterTurnIsAnticlockwiseAndFourAreNone() {
  let shape = ImageShape(height: 3, width: 3, channels: 1)
  let pixels = (0..<9).map { UInt8($0) }
  let turns = (0..<4).map { shape.turned(pixels, by: $0) }
  #expect(turns[1] == [2, 5, 8, 1, 4, 7, 0, 3, 6])
  #expect(turns[2] == pixels.reversed())
  for (turn, next) in zip(turns, turns.dropFirst() + [pixels]) {
    #expect(shape.turned(turn, by: 1) == next)
  }
}

@Test func channelsStayTogetherInATurn() {
  let shape = ImageShape(height: 2, width: 2, channels: 3)
  let turned = shape.turned((0..<12).map { UInt8($0) }, by: 2)
  #expect(turned == [9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2])
}

@Test func imagesThatCannotSupplyTheTasksAreRefused() throws {
  #expect(throws: ImageTasksError.tooFewClasses(.test, found: 2, images: 3, ways: 3)) {
    try tasks(.none, split: .test)
  }
  #expect(throws: ImageTasksError.tooFewClasses(.test, found: 2, images: 3, ways: 9)) {
    try tasks(.asClasses, split: .test, ways: 9)
  }
  #expect(throws: ImageTasksError.tooFewClasses(.train, found: 0, images: 6, ways: 3)) {
    try tasks(.none, query: 5)
  }
  let wide = CountedImages(shape: ImageShape(height: 1, width: 2, channels: 1))
  #expect(throws: ImageTasksError.notSquare(wide.shape)) {
    try ImageTasks(
      wide, split: .train, ways: 2, shots: 1, query: 1, rotations: .perClassAndTask)
  }
}
