import Coordination
import Graphs
import NDArrays
import Testing
import Training

private func trainer(share: Float) throws -> Trainer {
  try smallTrainer("outer={method: task-memory, tasks: 7, share: \(share)}")
}

/// What a task adds to the sums, and its row.
private func computed(
  _ trainer: Trainer, _ state: TrainingState
) -> (added: [Float], rows: [Float]) {
  let (runner, given) = (TaskRunner(trainer), trainer.given(of: state))
  runner.set(given)
  let whole = trainer.wholeStep
  let sum = runner.sum(
    whole, of: state.step, trainer.episodes(step: state.step, whole, given: given))
  return (
    Array(sum.values[..<trainer.sums.count]), Array(sum.values[trainer.sums.count...])
  )
}

@Suite struct TaskMemoryTests {
  /// All seven tasks are in every step, in an order of its own: by a learner of no memory, the sums in that
  /// order.
  @Test func withoutAnythingOldItIsMAMLToTheBit() throws {
    let (trainer, plain) = (try trainer(share: 1), try smallTrainer())
    var state = trainer.initialState()
    for _ in 0..<3 {
      let given = trainer.given(of: state)
      let runner = TaskRunner(plain)
      let episodes = trainer.episodes(step: state.step, trainer.wholeStep, given: given)
      runner.set(state.parameters)
      let sum = runner.sum(plain.wholeStep, of: state.step, episodes)
      #expect(bits(computed(trainer, state).added) == bits(sum.values))
      state = trainer.stepped(state, TaskRunner(trainer))
    }
  }

  @Test func theTasksAreAlwaysTheSameOnes() throws {
    let trainer = try trainer(share: 0.5)
    var (state, orders) = (trainer.initialState(), Set<[Float]>())
    for _ in 0..<4 {
      let given = trainer.given(of: state)
      #expect(given["task.step"].elements == [Float](repeating: 0, count: 7))
      #expect(given["task.place"].elements.sorted() == [0, 1, 2, 3, 4, 5, 6])
      orders.insert(given["task.place"].elements)
      state = trainer.stepped(state, TaskRunner(trainer))
    }
    #expect(orders.count > 1)
  }

  /// A task that is met for the first time remembers where adaptation led; afterwards, the mean of that and
  /// where it leads now. At rest it leads to the same place, so the memory stays.
  @Test func aMemoryIsAMeanOfOldAndNew() throws {
    let (half, whole) = (try trainer(share: 0.5), try trainer(share: 1))
    var state = half.initialState()
    let first = half.applying(values(half, state), to: state)
    #expect(memories(first) == memories(whole.applying(values(whole, state), to: state)))
    #expect(first.memory["known"].elements == [Float](repeating: 1, count: 7))

    state.step = 1
    state.memory = first.memory
    let rested = half.applying(values(half, state), to: state)
    #expect(isClose(memories(rested), memories(first)))

    let second = half.applying(values(half, first), to: first)
    let fresh = whole.applying(values(whole, first), to: first)
    let mean = zip(memories(first), memories(fresh)).map { 0.5 * $0 + 0.5 * $1 }
    #expect(isClose(memories(second), mean))
    #expect(memories(second) != memories(first))
  }

  /// The query loss is taken at the memory, which moves with the parameters by its new share alone.
  @Test func theMetaGradientHasTheFactorOfTheNewShare() throws {
    let (half, whole) = (try trainer(share: 0.5), try trainer(share: 1))
    let state = half.initialState()
    let gradients = [half, whole].map { computed($0, state).added.dropFirst(2) }
    #expect(isClose(gradients[0].map { 2 * $0 }, Array(gradients[1])))
  }

  @Test func onlyTheTasksOfAStepRememberIt() throws {
    let trainer = try smallTrainer("outer={method: task-memory, tasks: 10}")
    let start = trainer.initialState()
    let drawn = Set(trainer.given(of: start)["task.place"].elements.map { Int($0) })
    let known = trainer.stepped(start, TaskRunner(trainer)).memory["known"].elements
    #expect(known.indices.filter { known[$0] == 1 } == drawn.sorted())
    #expect(drawn.count == 7)
  }

  private func values(_ trainer: Trainer, _ state: TrainingState) -> [Float] {
    let (added, rows) = computed(trainer, state)
    return added + rows
  }

  private func memories(_ state: TrainingState) -> [Float] {
    state.memory.group("task").leaves.flatMap(\.elements)
  }

  private func isClose(_ found: [Float], _ expected: [Float]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) }
  }
}
