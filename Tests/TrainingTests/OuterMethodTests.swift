import Coordination
import Execution
import Graphs
import NDArrays
import Testing
import Training

/// One of each.
private let methods = [
  "{method: task-buffer, capacity: 5, share: 0.5}",
  "{method: task-weights, initial: 1, perturbation: 0.5, normalize-every: 2}",
  "{method: task-memory, tasks: 10, share: 0.4}",
]

/// Learners that have something of their own: noise, and programs that change on the way.
private let learners = [
  "{method: maml, inner-rate: 0.05}", "{method: mt-net, inner-rate: 0.05}",
  "{method: maml++, inner-rate: 0.05, inner-steps: 2, first-order-steps: 2}",
]

private func trained(_ trainer: Trainer, steps: Int = 6) -> TrainingState {
  let runner = TaskRunner(trainer)
  return (0..<steps).reduce(trainer.initialState()) { state, _ in trainer.stepped(state, runner) }
}

/// The tasks of a range, each computed alone and joined by the tree.
private func joined(_ trainer: Trainer, _ state: TrainingState, _ range: TaskRange) -> TaskSum {
  if let (left, right) = range.halves {
    return joined(trainer, state, left).joined(with: joined(trainer, state, right))
  }
  let (runner, given) = (TaskRunner(trainer), trainer.given(of: state))
  runner.set(given)
  return runner.sum(
    range, of: state.step, trainer.episodes(step: state.step, range, given: given))
}

@Suite struct OuterMethodTests {
  /// With nothing of what they do, to the bit.
  @Test(
    arguments: [
      "{method: task-buffer, share: 0}",
      "{method: task-weights, initial: 1, rate: 0, normalize-every: 0}",
    ], learners)
  func switchedOffItIsTheLearnerAlone(outer: String, learner: String) throws {
    let plain = trained(try smallTrainer("learner=\(learner)"))
    let off = trained(try smallTrainer("learner=\(learner)", "outer=\(outer)"))
    #expect(bits(off.parameters) == bits(plain.parameters))
    #expect(bits(off.optimizer) == bits(plain.optimizer))
  }

  @Test(arguments: methods, learners.indices)
  func whoeverComputesWhichTasksTheStepIsTheSame(outer: String, learner: Int) throws {
    // Memories are MAML's alone.
    let learner = outer.contains("memory") ? learners[0] : learners[learner]
    let trainer = try smallTrainer("learner=\(learner)", "outer=\(outer)")
    let state = trained(trainer, steps: 3)
    let sum = joined(trainer, state, trainer.wholeStep)
    #expect(trainer.applying(sum.values, to: state) == trainer.stepped(state, TaskRunner(trainer)))
  }

  @Test(arguments: methods) func itDoesSomething(outer: String) throws {
    let (plain, other) = (trained(try smallTrainer()), trained(try smallTrainer("outer=\(outer)")))
    #expect(other.parameters != plain.parameters)
    #expect(other.parameters.leaves.allSatisfy { $0.elements.isFinite })
    #expect(other.memory.count > 0)
    #expect(plain.memory.count == 0)
  }

  @Test(arguments: methods) func aRunHasTheBitsOfItsSteps(outer: String) throws {
    let plan = try smallPlan(["outer=\(outer)", "steps=6", "validation={every: 2, tasks: 3}"])
    let run = Run(plan).carriedOut().state
    let stepped = trained(Trainer(plan: plan))
    #expect((run.parameters, run.memory) == (stepped.parameters, stepped.memory))
  }
}
