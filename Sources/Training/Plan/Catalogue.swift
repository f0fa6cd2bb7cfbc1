import Networks

/// What run plans can name.
///
/// A program of one's own adds kinds of its own and gives the result to the command; every process
/// of a run must know the same.
public struct Catalogue: Sendable {
  public var tasks: [any TasksPlan.Type]
  public var networks: [any NetworkPlan.Type]
  public var learners: [any LearnerPlan.Type]
  public var outer: [any OuterPlan.Type]
  public var plans: [BuiltInPlan]

  public init(
    tasks: [any TasksPlan.Type] = [], networks: [any NetworkPlan.Type] = [],
    learners: [any LearnerPlan.Type] = [], outer: [any OuterPlan.Type] = [],
    plans: [BuiltInPlan] = []
  ) {
    (self.tasks, self.networks, self.learners) = (tasks, networks, learners)
    (self.outer, self.plans) = (outer, plans)
  }

  /// What this package knows.
  public static let standard = Catalogue(
    tasks: [SinusoidPlan.self, VaryingSinusoidPlan.self, PolynomialPlan.self, ImagesPlan.self],
    networks: [
      MLPPlan.self, NormalizedMLPPlan.self, ConvNet4Plan.self, ResNet12Plan.self, LayersPlan.self,
    ],
    learners: [
      MAMLPlan.self, JointPlan.self, MetaSGDPlan.self, ReptilePlan.self, TNetPlan.self,
      MTNetPlan.self, MAMLPlusPlusPlan.self, ALFAPlan.self,
    ],
    outer: [TaskBufferPlan.self, TaskWeightsPlan.self, TaskMemoryPlan.self],
    plans: BuiltInPlan.standard)

  /// Both. No two kinds may have one name.
  public func adding(_ other: Catalogue) -> Catalogue {
    Catalogue(
      tasks: tasks + other.tasks, networks: networks + other.networks,
      learners: learners + other.learners, outer: outer + other.outer,
      plans: plans + other.plans)
  }

  public func plan(named name: String) -> BuiltInPlan? { plans.first { $0.name == name } }
}

extension Catalogue {
  func tasks(_ reader: inout PlanReader) throws(PlanError) -> any TasksPlan {
    try reader.kind("family", tasks).init(&reader)
  }

  /// A network, which must fit the tasks if it is known what they look like.
  func network(
    _ reader: inout PlanReader, for tasks: any TasksPlan
  ) throws(PlanError) -> any NetworkPlan {
    let network = try reader.kind("kind", networks).init(&reader)
    if let example = tasks.example, !network.fits(example: example) {
      throw reader.error("has layers that do not fit inputs of \(example)")
    }
    return network
  }

  /// A learner, which must fit the network if it is known what that looks like.
  func learner(
    _ reader: inout PlanReader, with network: (any Network)?
  ) throws(PlanError) -> any LearnerPlan {
    let learner = try reader.kind("method", learners).init(&reader)
    if let misfit = network.flatMap(learner.misfit) { throw reader.error(misfit) }
    return learner
  }

  /// What is remembered of tasks, which must fit the learner.
  func outer(
    _ reader: inout PlanReader, with learner: any LearnerPlan, batch: Int
  ) throws(PlanError) -> any OuterPlan {
    let outer = try reader.kind("method", outer).init(&reader)
    if let misfit = outer.misfit(with: learner, batch: batch) { throw reader.error(misfit) }
    return outer
  }
}

extension PlanReader {
  fileprivate mutating func kind<Kind>(
    _ key: String, _ kinds: [Kind]
  ) throws(PlanError) -> Kind {
    try value(key, .choice(kinds) { ($0 as? any PlanKind.Type)?.name ?? "" })
  }
}
