import Execution
import Testing
import Training

private let sinusoids = """
  steps: 1
  batch: 1
  tasks: {family: sinusoid, shots: 2}
  network: {kind: mlp, hidden: [4]}
  learner: {method: maml, inner-rate: 0.1}
  optimizer: {method: adam, rate: 0.1}

  """

private let images = """
  steps: 1
  batch: 1
  tasks: {family: images, data: a.images, image: [28, 28, 1], ways: 5, shots: 1}
  network: {kind: convnet4}
  learner: {method: maml, inner-rate: 0.1}
  optimizer: {method: adam, rate: 0.1}

  """

/// A plan of which nobody could run a program, and what is said of it.
struct AbsurdPlan: CustomTestStringConvertible {
  var yaml: String
  var overrides: [String]
  /// What is found, and before the advice what is expected.
  var fault: String
  var advice: String?

  init(_ yaml: String, _ overrides: String..., fault: String, advice: String? = nil) {
    (self.yaml, self.overrides, self.fault, self.advice) = (yaml, overrides, fault, advice)
  }

  var testDescription: String { overrides.joined(separator: " ") }
}

private let most = "bytes of memory or more, and can have 8589934528; lower "
private let manyLayers =
  "{layer: flatten}, "
  + (0..<999).map { _ in "{layer: dense, width: 1}" }.joined(separator: ", ")

private let absurdPlans: [AbsurdPlan] = [
  AbsurdPlan(
    sinusoids, "network.hidden=[4000000000]",
    fault:
      "network.hidden is [4000000000]; expected a list of 0 to 64, each a whole number from 1 to"
      + " 65536"),
  AbsurdPlan(
    sinusoids, "tasks.query=1000000000",
    fault: "tasks.query is '1000000000'; expected a whole number from 1 to 65536"),
  AbsurdPlan(
    sinusoids, "learner.inner-steps=5000",
    fault: "learner.inner-steps is '5000'; expected a whole number from 1 to 100"),
  AbsurdPlan(
    sinusoids, "tasks.shots=99999999999999999999",
    fault: "tasks.shots is '99999999999999999999'; expected a whole number from 1 to 65536"),
  AbsurdPlan(
    images, "tasks.image=[1000000, 1000000, 3]",
    fault: "tasks.image is [1000000, 1000000, 3]; expected a list of 3"),
  AbsurdPlan(
    images, "network.filters=1000000",
    fault: "network.filters is '1000000'; expected a whole number from 1 to 4096"),
  AbsurdPlan(
    images, "tasks.ways=1000000",
    fault: "tasks.ways is '1000000'; expected a whole number from 2 to 4096"),
  AbsurdPlan(
    sinusoids, "network.hidden=[60000, 60000]",
    fault: "a task in training needs 14400960036 " + most,
    advice: "tasks.shots, tasks.query, network.hidden or learner.inner-steps"),
  AbsurdPlan(
    sinusoids, "network.hidden=[20000, 20000]",
    fault: "the outer update needs 11202240768 " + most,
    advice: "network.hidden or optimizer.method"),
  AbsurdPlan(
    sinusoids, "tasks.shots=65536", "tasks.query=65536", "network.hidden=[65536]",
    fault: "a task in training needs 17179869184 " + most),
  AbsurdPlan(
    sinusoids, "evaluation.query=65536", "evaluation.inner-steps=0", "network.hidden=[33000]",
    fault: "a task in evaluation needs 8650752000 " + most,
    advice: "evaluation.shots, evaluation.query, network.hidden or evaluation.inner-steps"),
  AbsurdPlan(
    sinusoids, "validation.every=1", "validation.query=65536", "network.hidden=[33000]",
    fault: "a task in validation needs 8650752000 " + most),
  AbsurdPlan(
    images, "tasks.image=[4096, 4096, 3]", "tasks.ways=4096", "tasks.shots=65536",
    fault: "a task in training needs 108086393205892864 " + most,
    advice: "tasks.image, tasks.ways, tasks.shots, tasks.query, network.filters or"
      + " learner.inner-steps"),
  AbsurdPlan(
    images, "tasks.image=[512, 512, 3]", "tasks.query=200",
    fault: "a task in training needs 16777216000 " + most),
  AbsurdPlan(
    images, "network.filters=4096", "tasks.image=[512, 512, 3]",
    fault: "a task in training needs 51825853376 " + most),
  AbsurdPlan(
    images, "network={kind: layers, layers: [\(manyLayers)]}", "learner.inner-steps=100",
    fault: "a task in training has 1600000 instructions or more, and can have 262144; lower ",
    advice: "tasks.query, network.layers or learner.inner-steps"),
]

@Suite struct PlanSizeTests {
  @Test(arguments: absurdPlans)
  func whatNobodyCanRunIsRefusedInALine(absurd: AbsurdPlan) throws {
    let error = try #require(throws: PlanError.self) {
      try RunPlan(yaml: absurd.yaml, source: "plan", overrides: absurd.overrides)
    }
    let line = "\(error)"
    #expect(line.contains(absurd.fault), "\(line)")
    #expect(line.hasSuffix(absurd.advice ?? ""), "\(line)")
    #expect(!line.contains("\n"))
  }

  @Test(arguments: [
    "{kind: resnet12}", "{kind: convnet4, filters: 512}",
  ])
  func theLargestNetworksThatPapersUseAreTaken(network: String) throws {
    _ = try RunPlan(
      yaml: images, source: "plan",
      overrides: [
        "network=\(network)", "tasks.image=[84, 84, 3]", "tasks.query=15",
      ])
  }
}
