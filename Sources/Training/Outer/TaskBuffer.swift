public import Graphs
public import NDArrays

/// Remembers the tasks that did worst, and gives a share of every step to some of them again.
///
/// The first places of a step go to tasks of the buffer, drawn without replacement, each as likely as its last
/// loss is large; all others are fresh. Afterwards every task's query loss is its priority: one that was
/// drawn keeps its slot with its new loss; a fresh one takes an empty slot, or else that of the least loss if
/// its own is larger.
///
/// - Source: Nguyen et al. 2021, "Prioritization task buffer with adaptive learning process for model-agnostic
///   meta-learning", the buffer. How priorities are measured and drawn from is our reading; the adapted inner
///   rate, the paper's other half, is that of Meta-SGD or MAML++ here.
public struct TaskBuffer: OuterMethod, Hashable {
  /// How many tasks it remembers.
  public var capacity: Int
  /// Of a step's places, the share that it fills, as far as it remembers enough tasks.
  public var share: Float

  public init(capacity: Int, share: Float) { (self.capacity, self.share) = (capacity, share) }

  /// Slots: the names of the tasks and their losses; an empty slot's is -1.
  public func initialMemory(batch: Int, _ parameters: Parameters<Shape>) -> Parameters<NDArray> {
    Parameters(
      [("step", 0), ("place", 0), ("loss", Self.empty)].map {
        ("buffer.\($0.0)", NDArray(repeating: $0.1, shape: [capacity]))
      })
  }

  public var choosesTasks: Bool { true }

  public func tasks(of step: OuterStep) -> [TaskName] {
    let slots = Slots(step.memory)
    let drawn = slots.drawn(Int((share * Float(step.batch)).rounded()), step.key)
    return drawn.map(slots.name) + step.freshTasks.dropFirst(drawn.count)
  }

  public func memory(
    after step: OuterStep, tasks: [TaskName], rows: Parameters<NDArray>
  ) -> Parameters<NDArray> {
    var slots = Slots(step.memory)
    for (task, loss) in zip(tasks, rows["loss"].elements) { slots.note(task, loss) }
    return slots.memory
  }

  fileprivate static let empty: Float = -1
}

/// What the buffer remembers, slot by slot.
private struct Slots {
  var steps: [Float]
  var places: [Float]
  var losses: [Float]

  init(_ memory: Parameters<NDArray>) {
    (steps, places) = (memory["buffer.step"].elements, memory["buffer.place"].elements)
    losses = memory["buffer.loss"].elements
  }

  var memory: Parameters<NDArray> {
    Parameters(
      [("step", steps), ("place", places), ("loss", losses)].map {
        ("buffer.\($0.0)", NDArray($0.1, shape: [$0.1.count]))
      })
  }

  func name(_ slot: Int) -> TaskName {
    TaskName(step: Int(steps[slot]), place: Int(places[slot]))
  }

  /// Up to so many slots, in the order in which they were drawn. A task without any loss is not drawn.
  func drawn(_ count: Int, _ key: RandomKey) -> [Int] {
    var stream = key.stream
    var weights = losses.map { Double(max($0, 0)) }
    return (0..<count).compactMap { _ in
      let slot = Self.draw(weights, at: Double(stream.uniform()))
      if let slot { weights[slot] = 0 }
      return slot
    }
  }

  /// The slot in whose part of the sum of all weights this share of it lies; none if there are no weights.
  private static func draw(_ weights: [Double], at share: Double) -> Int? {
    var left = share * weights.reduce(0, +)
    for (slot, weight) in weights.enumerated() where weight > 0 {
      if left < weight { return slot }
      left -= weight
    }
    return weights.lastIndex { $0 > 0 }
  }

  mutating func note(_ task: TaskName, _ loss: Float) {
    let name = (Float(task.step), Float(task.place))
    let own = losses.indices.first { losses[$0] >= 0 && (steps[$0], places[$0]) == name }
    guard let slot = own ?? weakest(below: loss) else { return }
    ((steps[slot], places[slot]), losses[slot]) = (name, loss)
  }

  /// The first slot of the least loss, if that is less than `loss`.
  private func weakest(below loss: Float) -> Int? {
    losses.indices.min { losses[$0] < losses[$1] }.flatMap { losses[$0] < loss ? $0 : nil }
  }
}
