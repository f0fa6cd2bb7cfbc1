import Testing
import Training

/// A plan that says all that must be said, a key on each line.
private let good = """
  steps: 100
  batch: 4
  tasks:
    family: sinusoid
    shots: 10
  network:
    kind: mlp
    hidden: [8]
  learner:
    method: maml
    inner-rate: 0.01
  optimizer:
    method: adam
    rate: 0.001
  """

private func message(_ yaml: String, _ overrides: [String] = []) -> String? {
  do throws(PlanError) {
    _ = try RunPlan(yaml: yaml, source: "plan.yaml", overrides: overrides)
    return nil
  } catch {
    return error.description
  }
}

/// One edit of a good plan, and what is said of it.
struct BadPlan: CustomTestStringConvertible {
  var line: String
  var instead: String
  var message: String

  init(_ line: String, _ instead: String, _ message: String) {
    (self.line, self.instead, self.message) = (line, instead, "plan.yaml:\(message)")
  }

  var testDescription: String { instead }
}

private let badPlans: [BadPlan] = [
  BadPlan(
    "batch: 4", "batch: 4\nnon-finite: ignore",
    "3: non-finite is 'ignore'; expected one of stop, skip"),
  BadPlan(
    "batch: 4", "batch: 4\nnon-finite: skip\nouter: {method: task-buffer}",
    "3: non-finite is 'skip'; expected one of stop, skip, and stop beside outer, which remembers every"
      + " task"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {method: task-buffer, share: 1.5}",
    "3: outer.share is '1.5'; expected a number from 0 up, at most 1"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {method: task-buffer, capacity: 0}",
    "3: outer.capacity is '0'; expected a whole number from 1 to 65536"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {share: 1}",
    "3: outer needs 'method', one of task-buffer, task-weights, task-memory"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {method: task-weights, rate: -1}",
    "3: outer.rate is '-1'; expected a number from 0 up"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {method: task-memory}",
    "3: outer needs 'tasks', a whole number from 1 to 65536"),
  BadPlan(
    "batch: 4", "batch: 4\nouter: {method: task-memory, tasks: 3}",
    "3: outer has 3 tasks, fewer than a step has"),
  BadPlan(
    "method: maml\n  inner-rate: 0.01",
    "method: t-net\n  inner-rate: 0.01\nouter: {method: task-memory, tasks: 4}",
    "12: outer remembers where maml led, and works with no other method"),
  BadPlan(
    "inner-rate:", "inner-rat:",
    "11: unknown key 'inner-rat' in learner; did you mean 'inner-rate'?"),
  BadPlan(
    "batch: 4", "batch: 4\nbatches: 4",
    "3: unknown key 'batches' in the plan; did you mean 'batch'?"),
  BadPlan(
    "hidden: [8]", "hidden: [8]\n  dropout: 0.5",
    "9: unknown key 'dropout' in network; it knows kind, hidden, activation, initializer"),
  BadPlan(
    "maml", "joint\n  order: first",
    "11: unknown key 'order' in learner; it knows method, inner-rate"),
  BadPlan(
    "method: maml\n  inner-rate: 0.01", "method: meta-sgd\n  initial-rates: [0.2, 0.1]",
    "11: learner.initial-rates is [0.2, 0.1]; expected a list of 2, each a number above 0, "
      + "the lower one first"),
  BadPlan(
    "method: maml", "method: maml\n  adapts: [[fc2], [fc3]]",
    "10: learner adapts the layer 'fc3', but the network's are fc1, fc2"),
  BadPlan(
    "method: maml", "method: maml\n  adapts: heads",
    "11: learner.adapts is 'heads'; expected one of all, weights, head, body, "
      + "or a list of layers for each inner step"),
  BadPlan(
    "kind: mlp\n  hidden: [8]\nlearner:\n  method: maml",
    "kind: normalized-mlp\n  hidden: [8]\nlearner:\n  method: maml++\n  norm-each-step: true",
    "10: learner has 'bn1.bias' for each step (norm-each-step), and adapts it"),
  BadPlan(
    "method: maml", "method: maml++\n  multi-step-loss: {phases: 3}",
    "11: learner.multi-step-loss needs 'phase-steps', a whole number from 1 to 16777216"),
  BadPlan(
    "method: maml", "method: alfa\n  initial-decay: -1",
    "11: learner.initial-decay is '-1'; expected a number from 0 up"),
  BadPlan("steps: 100", "", "2: the plan needs 'steps', a whole number from 0 to 16777216"),
  BadPlan(
    "  inner-rate: 0.01", "", "10: learner needs 'inner-rate', a number above 0"),
  BadPlan("  family: sinusoid", "", needsFamily(5)),
  BadPlan(
    "family: sinusoid", "family: polynomial",
    "4: tasks needs 'order', a whole number from 0 to 16"),
  BadPlan("batch: 4", "batch: many", batch("'many'")),
  BadPlan("batch: 4", "batch: 4.5", batch("'4.5'")),
  BadPlan("batch: 4", "batch: '4'", batch("'4'")),
  BadPlan("batch: 4", "batch: 0", batch("'0'")),
  BadPlan("batch: 4", "batch: 65537", batch("'65537'")),
  BadPlan("batch: 4", "batch: 99999999999999999999", batch("'99999999999999999999'")),
  BadPlan("batch: 4", "batch:", batch("empty")),
  BadPlan("batch: 4", "batch: [1, [2]]", batch("[1, a list]")),
  BadPlan("batch: 4", "batch: {a: 1}", batch("a mapping")),
  BadPlan("0.001", "0", rate("'0'")),
  BadPlan("0.001", "-0.001", rate("'-0.001'")),
  BadPlan("0.001", "nan", rate("'nan'")),
  BadPlan("0.001", "1e39", rate("'1e39'")),
  BadPlan("0.001", "1e-60", rate("'1e-60'")),
  BadPlan("0.001", "0x1p-3", rate("'0x1p-3'")),
  BadPlan("[8]", "8", hidden("'8'")),
  BadPlan("[8]", "[8, x]", hidden("[8, x]")),
  BadPlan("[8]", "[0]", hidden("[0]")),
  BadPlan(
    "kind: mlp", "kind: transformer",
    "7: network.kind is 'transformer'; expected one of mlp, normalized-mlp, "
      + "convnet4, resnet12, layers"),
  BadPlan(
    "method: adam", "method: adamw",
    "13: optimizer.method is 'adamw'; expected one of sgd, momentum, adam"),
  BadPlan(
    "rate: 0.001", "rate: 0.001\n  betas: [0.9, 1]",
    "15: optimizer.betas is [0.9, 1]; expected a list of 2, each a number from 0 to below 1"),
  BadPlan(
    "rate: 0.001", "rate: 0.001\n  betas: [0.9]",
    "15: optimizer.betas is [0.9]; expected a list of 2, each a number from 0 to below 1"),
  BadPlan(
    "rate: 0.001", "rate: 0.001\n  clip: {kind: norm}",
    "15: optimizer.clip needs 'limit', a number above 0"),
  BadPlan(
    "rate: 0.001", "rate: 0.001\n  clip: {limit: 10}",
    "15: unknown key 'limit' in optimizer.clip; it knows kind"),
  BadPlan(
    "rate: 0.001", "rate: 0.001\n  schedule: {kind: stepwise, factor: 0.1, at: [20, 10]}",
    "15: optimizer.schedule.at is [20, 10]; expected a list of 1 to 64, "
      + "each a whole number from 1 to 8388608, ascending"),
  BadPlan(
    "[8]", "[8]\n  initializer: zeros", "9: network.initializer is 'zeros'; " + keysAndValues),
  BadPlan("batch: 4", "batch: 4\nbatch: 5", "2: 'batch' is given twice"),
  BadPlan("hidden: [8]", "hidden: [8", "9: not YAML: did not find expected ',' or ']'"),
  BadPlan("batch: 4", "batch: *size", "2: not YAML: found undefined alias"),
  BadPlan("batch: 4", "[1]: 4", "2: a key is a word"),
]

private let keysAndValues = "expected keys and values"
private func needsFamily(_ line: Int) -> String {
  "\(line): tasks needs 'family', one of sinusoid, varying-sinusoid, polynomial, images"
}
private func batch(_ found: String) -> String {
  "2: batch is \(found); expected a whole number from 1 to 65536"
}
private func rate(_ found: String) -> String {
  "14: optimizer.rate is \(found); expected a number above 0"
}
private func hidden(_ found: String) -> String {
  "8: network.hidden is \(found); expected a list of 0 to 64, each a whole number from 1 to 65536"
}

@Suite struct PlanErrorTests {
  @Test func aPlanThatSaysEnoughIsRead() { #expect(message(good) == nil) }

  @Test(arguments: badPlans) func aBadPlanIsRefusedWithItsLine(_ bad: BadPlan) throws {
    let found = try #require(good.firstRange(of: bad.line), "\(bad.line) is in the plan")
    let yaml = good.replacingCharacters(in: found, with: bad.instead)
    #expect(message(yaml) == bad.message)
  }

  @Test(
    arguments: [
      ("", "plan.yaml: the plan needs 'steps', a whole number from 0 to 16777216"),
      ("# nothing\n", "plan.yaml: the plan needs 'steps', a whole number from 0 to 16777216"),
      ("steps", "plan.yaml:1: the plan is 'steps'; expected keys and values"),
      ("- steps", "plan.yaml:1: the plan is [steps]; expected keys and values"),
      ("a: 1\n--- \nb: 2", "plan.yaml:2: not YAML: but found another document"),
      ("a: \u{7}", "plan.yaml: not YAML: control characters are not allowed"),
    ])
  func aTextThatIsNoPlanIsRefused(yaml: String, says: String) { #expect(message(yaml) == says) }

  @Test(
    arguments: [
      ("learner.inner-rat=0.1", "unknown key 'inner-rat' in learner; did you mean 'inner-rate'?"),
      ("learner.inner-rate=", "learner.inner-rate is empty; expected a number above 0"),
      ("learner.inner-rate=fast", "learner.inner-rate is 'fast'; expected a number above 0"),
      ("learner.inner-rate", "expected KEY=VALUE"),
      ("learner..inner-rate=1", "expected names joined by dots before '='"),
      ("=1", "expected names joined by dots before '='"),
      ("batch.size=1", "'4' has no 'size' to set"),
      ("network.hidden=[1", "not YAML: did not find expected ',' or ']'"),
      ("network={kind: mlp, hidden: x}", hiddenOverride),
      ("evaluation.steps=3", unknownStepsOverride),
    ])
  func aBadOverrideIsNamed(override: String, says: String) {
    #expect(message(good, [override]) == "--set \(override): \(says)")
  }
}

private let hiddenOverride =
  "network.hidden is 'x'; expected a list of 0 to 64, each a whole number from 1 to 65536"
private let unknownStepsOverride =
  "unknown key 'steps' in evaluation; it knows tasks, shots, query, inner-steps, inner-rate, adapts, "
  + "statistics, seed"

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with other: String) -> String
  {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
