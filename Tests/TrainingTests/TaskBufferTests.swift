import Episodes
import Graphs
import NDArrays
import Testing
import Training

@Suite struct TaskBufferTests {
  private let buffer = TaskBuffer(capacity: 3, share: 0.5)

  private func step(_ number: Int, _ memory: Parameters<NDArray>) -> OuterStep {
    OuterStep(number: number, batch: 4, memory: memory, key: RandomKey(seed: 1))
  }

  /// The memory after a step whose tasks had these losses.
  private func noting(
    _ losses: [Float], _ step: OuterStep, tasks: [TaskName]? = nil
  ) -> Parameters<NDArray> {
    buffer.memory(
      after: step, tasks: tasks ?? step.freshTasks,
      rows: Parameters([("loss", NDArray(losses, shape: [losses.count]))]))
  }

  /// The tasks that are remembered, and their losses, slot by slot.
  private func slots(_ memory: Parameters<NDArray>) -> [[Float]] { memory.leaves.map(\.elements) }

  private var empty: Parameters<NDArray> { buffer.initialMemory(batch: 4, Parameters([])) }

  @Test func aStepBeforeAnythingIsRememberedIsFresh() {
    let first = step(0, empty)
    #expect(buffer.tasks(of: first) == first.freshTasks)
  }

  @Test func theWorstTasksAreRemembered() {
    let memory = noting([0.5, 2, 1, 3], step(7, empty))
    #expect(slots(memory) == [[7, 7, 7], [3, 1, 2], [3, 2, 1]])
  }

  @Test func aTaskThatWasDrawnKeepsItsSlotWithItsNewLoss() {
    let memory = noting([0.5, 2, 1, 3], step(7, empty))
    let next = step(8, memory)
    let again = [TaskName(step: 7, place: 1), TaskName(step: 7, place: 3)]
    let after = noting([0.25, 0.125, 0.5, 0.1], next, tasks: again + next.freshTasks.suffix(2))
    #expect(slots(after) == [[8, 7, 7], [2, 1, 2], [0.5, 0.25, 1]])
  }

  @Test func theFirstPlacesGoToDifferentRememberedTasksAndTheOthersAreFresh() {
    var next = step(8, noting([0.5, 2, 1, 3], step(7, empty)))
    for seed in 0..<100 {
      next.key = RandomKey(seed: UInt64(seed))
      let tasks = buffer.tasks(of: next)
      #expect(tasks.suffix(2) == next.freshTasks.suffix(2))
      #expect(tasks.prefix(2).allSatisfy { $0.step == 7 && $0.place > 0 })
      #expect(Set(tasks).count == 4)
    }
  }

  /// The first draw of many, against the losses' shares of 6.
  @Test func tasksAreDrawnAsOftenAsTheyDidBadly() {
    var next = step(8, noting([0, 2, 1, 3], step(7, empty)))
    let draws = (0..<6000).map {
      next.key = RandomKey(seed: 3).child(UInt64($0))
      return buffer.tasks(of: next)[0].place
    }
    for (place, share) in [(1, 2.0), (2, 1), (3, 3)] {
      let count = Double(draws.count { $0 == place })
      #expect(abs(count - 1000 * share) < 150, "task \(place) was drawn \(count) times")
    }
  }

  @Test func aTaskWithoutLossIsNotDrawnAgain() {
    let next = step(8, noting([0, 0, 0, 0], step(7, empty)))
    #expect(buffer.tasks(of: next) == next.freshTasks)
  }

  /// Whoever draws them: the same data and noise as at first.
  @Test func aTaskThatIsMetAgainHasTheDataItHad() throws {
    let trainer = try smallTrainer("outer={method: task-buffer, share: 1}")
    let state = trainer.stepped(trainer.initialState(), TaskRunner(trainer))
    let given = trainer.given(of: state)
    let episodes = trainer.episodes(step: 1, trainer.wholeStep, given: given)
    let places = given["task.place"].elements.map { Int($0) }
    #expect(given["task.step"].elements == [Float](repeating: 0, count: 7))
    #expect(places.sorted() == Array(0..<7))
    #expect(
      episodes.map(\.unpacked).elements
        == Episode(stacking: places.map { trainer.episode(step: 0, task: $0) }).elements)
  }
}
