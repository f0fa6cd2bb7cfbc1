public import Coordination
public import Networks

/// Everything that decides a run's result.
///
/// Two runs of one plan end in the same bits. A plan that exists is valid: it is checked where it is
/// read, and nowhere else.
public struct RunPlan: Sendable {
  /// Where the initial weights and the training tasks come from.
  public let seed: UInt64
  /// Outer updates.
  public let steps: Int
  /// Tasks a step.
  public let batch: Int
  public let episodes: EpisodeSource
  public internal(set) var tasks: any TasksPlan
  public let network: any NetworkPlan
  public let learner: any LearnerPlan
  public let loss: Loss
  public let optimizer: OptimizerPlan
  /// What is remembered of tasks, if anything is.
  public let outer: (any OuterPlan)?
  /// What becomes of a task whose meta-gradient is not finite.
  public let nonFinite: NonFinitePolicy
  public internal(set) var validation: ValidationPlan?
  public internal(set) var evaluation: EvaluationPlan
  public let checkpoint: CheckpointPlan
}

/// Where workers get a task's data from. The data is the same.
public enum EpisodeSource: String, Hashable, Sendable, CaseIterable {
  case sent
  case drawnByWorker = "drawn-by-worker"
}

/// When the state of a run is saved.
public struct CheckpointPlan: Hashable, Sendable {
  /// Steps from one checkpoint to the next; the last step is followed by one in any case.
  public let every: Int
}

// MARK: - Reading

extension RunPlan {
  /// Reads a plan, and checks all of it.
  ///
  /// - Parameters:
  ///   - source: What errors call the text, such as the file's name.
  ///   - overrides: Values that replace the text's, as in `learner.inner-rate=0.1`; later ones win.
  ///   - catalogue: What it can name.
  public init(
    yaml: String, source: String, overrides: [String] = [], catalogue: Catalogue = .standard
  ) throws(PlanError) {
    var root = try PlanNode(yaml: yaml, source: source)
    for override in overrides { try root.apply(override: override) }
    var reader = try PlanReader(root)
    try self.init(&reader, catalogue)
    try reader.finish()
    do throws(PlanTooLarge) { try checkSize() } catch {
      throw PlanError(source: source, line: nil, message: "\(error)")
    }
  }

  private init(_ reader: inout PlanReader, _ catalogue: Catalogue) throws(PlanError) {
    seed = try reader.value("seed", .whole(0...UInt64.max), default: 1)
    // Steps are counted in float32 inside the outer update.
    steps = try reader.value("steps", .whole(0...1 << 24))
    batch = try reader.value("batch", .whole(1...1 << 16))
    episodes = try reader.value("episodes", .choice, default: .sent)
    let tasks = try reader.section("tasks", catalogue.tasks)
    self.tasks = tasks
    let network = try reader.section("network") { reader throws(PlanError) in
      try catalogue.network(&reader, for: tasks)
    }
    self.network = network
    let learner = try reader.section("learner") { reader throws(PlanError) in
      try catalogue.learner(&reader, with: tasks.network(network))
    }
    self.learner = learner
    loss = try reader.section("loss") { reader throws(PlanError) in
      try Loss(&reader, judging: tasks.targets)
    }
    optimizer = try reader.section("optimizer", OptimizerPlan.init)
    let batch = batch
    outer = try reader.optionalSection("outer") { reader throws(PlanError) in
      try catalogue.outer(&reader, with: learner, batch: batch)
    }
    nonFinite = try reader.value("non-finite", .policy(hasOuter: outer != nil), default: .stop)
    validation = try reader.section("validation") { reader throws(PlanError) in
      try ValidationPlan.read(&reader, tasks, network, learner)
    }
    evaluation = try reader.section("evaluation") { reader throws(PlanError) in
      try EvaluationPlan(&reader, .evaluation, tasks, network, learner)
    }
    checkpoint = try reader.section("checkpoint", CheckpointPlan.init)
  }
}

extension Loss {
  fileprivate init(
    _ reader: inout PlanReader, judging targets: Targets
  ) throws(PlanError) {
    let fitting = targets == .labels ? Loss.crossEntropy : .meanSquaredError
    self = try reader.value("kind", .choice([fitting], name: \.rawValue), default: fitting)
  }
}

extension Reading<NonFinitePolicy> {
  /// Where something is remembered of every task, none can be left out.
  fileprivate static func policy(hasOuter: Bool) -> Self {
    hasOuter
      ? choice.and("and stop beside outer, which remembers every task") { $0 == .stop } : choice
  }
}

extension CheckpointPlan {
  fileprivate init(_ reader: inout PlanReader) throws(PlanError) {
    every = try reader.value("every", .whole(1...1 << 24), default: 1000)
  }
}

extension RunPlan: Hashable {
  /// Plans are equal if they resolve to the same text.
  public static func == (one: RunPlan, other: RunPlan) -> Bool {
    one.description == other.description
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

// MARK: - Writing

extension RunPlan: CustomStringConvertible {
  /// The plan as YAML with every value spelled out. Read again, it gives an equal plan.
  public var description: String {
    let lines: [(String, PlanValue)] = [
      ("seed", .whole(seed)), ("steps", .whole(steps)), ("batch", .whole(batch)),
      ("episodes", .word(episodes.rawValue)), ("tasks", written(tasks, as: "family")),
      ("network", written(network, as: "kind")), ("learner", written(learner, as: "method")),
      ("loss", .mapping([("kind", .word(loss.rawValue))])), ("optimizer", optimizer.written),
    ]
    let outer = outer.map { [("outer", written($0, as: "method"))] } ?? []
    let measuring: [(String, PlanValue)] = [
      ("validation", .mapping(validation.settings)),
      ("evaluation", .mapping(evaluation.settings)),
      ("checkpoint", .mapping([("every", .whole(checkpoint.every))])),
    ]
    // Left out where it is as in all plans written before it could be said, so that these stay equal.
    let policy = nonFinite == .stop ? [] : [("non-finite", PlanValue.word(nonFinite.rawValue))]
    return (lines + outer + policy + measuring).map { "\($0.0): \($0.1.text)\n" }.joined()
  }

  private func written<Kind: PlanKind>(_ kind: Kind, as key: String) -> PlanValue {
    .mapping([(key, .word(Kind.name))] + kind.settings)
  }

  /// A name for the resolved plan: 16 hexadecimal digits that differ when any value does.
  ///
  /// - Source: the 64-bit FNV-1a hash. It is no defence against somebody who wants a collision.
  public var digest: String {
    let hash = description.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
