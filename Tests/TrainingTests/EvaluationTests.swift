import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Testing
import Training

@Suite struct EvaluationTests {
  private func inputs(_ plan: RunPlan, _ task: Int) -> [[Float]] {
    let key = Run(plan).evaluator.key(ofTask: task)
    return Trainer(plan: plan).initialState().parameters.leaves.map(\.elements)
      + Run(plan).evaluator.tasks.episode(key).elements
  }

  private func evaluation(_ plan: RunPlan, kernels: Kernels = .fastest) -> Evaluation {
    plan.evaluated(Trainer(plan: plan).initialState().parameters, kernels: kernels)
  }

  @Test func lossesAgreeWithTheReference() throws {
    let plan = try smallPlan()
    let program = Run(plan).evaluator.learner.evaluationProgram(
      Run(plan).evaluator.tasks.shapes, steps: 2)
    let losses = evaluation(plan).losses
    #expect(losses.count == 9)
    for (task, found) in losses.enumerated() {
      let exact = program.reference(inputs(plan, task).map { $0.map(Double.init) })
      #expect(found.count == 3)
      for (loss, expected) in zip(found, exact.flatMap { $0 }) {
        #expect(abs(Double(loss) - expected) <= 1e-5 * max(1, expected))
      }
    }
  }

  @Test func itTellsHowFarEachLayerMoved() throws {
    let plan = try smallPlan(["learner.adapts=[[fc2, fc3]]"])
    let moves = evaluation(plan).moves
    #expect(Run(plan).evaluator.layers == ["fc1", "fc2", "fc3"])
    #expect(moves.count == 9)
    #expect(moves.allSatisfy { $0.count == 3 && $0[0] == 0 && $0[1] > 0 && $0[2] > 0 })
    #expect(evaluation(plan).moveEstimates.count == 3)
  }

  @Test func moreTasksAndStepsLeaveTheFirstOnesAsTheyWere() throws {
    let few = evaluation(try smallPlan(["evaluation.tasks=3", "evaluation.inner-steps=1"]))
    let many = evaluation(try smallPlan(["evaluation.inner-steps=4"]))
    for (short, long) in zip(few.losses, many.losses) {
      #expect(zip(short, long).allSatisfy { abs($0 - $1) <= 1e-6 * $1 })
    }
  }

  @Test func everyKernelMeasuresTheSameBits() throws {
    let plan = try smallPlan()
    let results = Kernels.available.map { evaluation(plan, kernels: $0) }
    for result in results { #expect(result == results[0]) }
  }

  @Test func theRateIsEvaluations() throws {
    let (slow, fast) = (
      evaluation(try smallPlan(["evaluation.inner-rate=1e-30"])), evaluation(try smallPlan())
    )
    #expect(slow.losses.allSatisfy { $0[2] == $0[0] })
    #expect(fast.losses.allSatisfy { $0[2] != $0[0] })
    #expect(fast.losses.map(\.[0]) == slow.losses.map(\.[0]))
  }

  @Test func seedsOfRunsLeaveItsTasksAlone() throws {
    let tasks = try Run(smallPlan()).evaluator.tasks
    let training = try smallTrainer()
    func key(seed: Int, task: Int) throws -> RandomKey {
      Run(try smallPlan(["evaluation.seed=\(seed)"])).evaluator.key(ofTask: task)
    }
    let first = try key(seed: 1, task: 0)
    #expect(try first != key(seed: 2, task: 0))
    #expect(try first != key(seed: 1, task: 1))
    #expect(
      !(0..<50).contains { step in
        training.tasks.episode(first) == training.episode(step: step, task: 0)
      })
    #expect(tasks.shapes.support.inputs == [4, 1])
    #expect(tasks.shapes.query.inputs == [3, 1])
  }

  /// By hand: mean 5, variance 5, so 1.96 √(5 / 4).
  @Test func anEstimateIsTheMeanAndItsInterval() {
    let estimate = Evaluation.Estimate([2, 4, 6, 8])
    #expect(estimate.mean == 5)
    #expect(abs(estimate.halfWidth - 1.96 * 1.25.squareRoot()) < 1e-12)
    #expect(Evaluation.Estimate([3]).halfWidth == 0)
  }

  @Test func thereIsOneEstimateForEachCountOfSteps() throws {
    let evaluation = evaluation(try smallPlan())
    #expect(evaluation.lossEstimates.count == 3)
    let first = evaluation.losses.map { Double($0[0]) }.reduce(0, +) / 9
    #expect(abs(evaluation.lossEstimates[0].mean - first) < 1e-12)
  }
}
