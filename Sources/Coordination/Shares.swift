/// Deals a round to threads that are not equally fast, so that all are done at about the same time.
///
/// Threads differ: hosts do, and on one machine processors share caches and power with each other and
/// with strangers. What a thread gets is few and large nodes of the tree, since each is one answer more.
struct Shares {
  struct Part: Equatable {
    var range: TaskRange
    /// Its place among the threads.
    var thread: Int
  }

  let tasks: Int
  /// How long a task takes in each thread, in seconds.
  let paces: [Double]
  /// How long the coordinator is busy with an answer, in seconds.
  let answerTime: Double
  /// The most tasks of a part.
  let mostTasks: Int

  /// All tasks, each once, in order.
  func parts() -> [Part] {
    let depths = (0...Int.bitWidth).prefix { $0 == 0 || nodes(at: $0 - 1) < tasks }
    let shares = depths.filter { size(at: $0) <= mostTasks }.map { ($0, counts(at: $0)) }
    let best = shares.min { time(of: $0.1, at: $0.0) < time(of: $1.1, at: $1.0) }
    return best.map { deal($0.1, at: $0.0) } ?? []
  }

  /// How many nodes the tree has at a depth, where single tasks further up count, too.
  private func nodes(at depth: Int) -> Int { TaskRange(batch: tasks).nodes(below: depth) }

  /// Tasks of the largest of these.
  private func size(at depth: Int) -> Int { tasks.divided(among: nodes(at: depth)) }

  /// How many of a depth's nodes each thread gets, for the last to be done as soon as can be.
  private func counts(at depth: Int) -> [Int] {
    let nodes = nodes(at: depth)
    let speed = paces.reduce(0) { $0 + 1 / $1 }
    var counts = paces.map { Int(Double(nodes) / ($0 * speed)) }
    var rest = nodes - counts.reduce(0, +)
    while rest > 0, let next = counts.indices.min(by: { end($0, counts) < end($1, counts) }) {
      counts[next] += 1
      rest -= 1
    }
    return counts
  }

  /// When a thread would be done with one node more.
  private func end(_ thread: Int, _ counts: [Int]) -> Double {
    Double(counts[thread] + 1) * paces[thread]
  }

  /// What the round takes about: the tasks of whoever is last, and the answers, one after the other.
  private func time(of counts: [Int], at depth: Int) -> Double {
    let size = size(at: depth)
    let last = zip(counts, paces).map { Double($0 * size) * $1 }.max() ?? 0
    // A part is as many nodes as make one together, of no more tasks than it may have.
    let most = 1 << (Int.bitWidth - 1 - (mostTasks / size).leadingZeroBitCount)
    let parts = counts.reduce(0) { $0 + $1 / most + ($1 % most).nonzeroBitCount }
    return last + answerTime * Double(parts)
  }

  /// From the top of the tree, gives each node to who lacks most, if that is as much as the node has,
  /// and else its halves.
  private func deal(_ counts: [Int], at depth: Int) -> [Part] {
    var (lacking, parts) = (counts, [Part]())
    func deal(_ node: TaskRange, _ depth: Int) {
      let nodes = node.nodes(below: depth)
      let most = lacking.max() ?? 0
      if node.count <= mostTasks, nodes <= most, let thread = lacking.firstIndex(of: most) {
        lacking[thread] -= nodes
        parts.append(Part(range: node, thread: thread))
      } else if let (left, right) = node.halves {
        deal(left, depth - 1)
        deal(right, depth - 1)
      }
    }
    deal(TaskRange(batch: tasks), depth)
    return parts
  }
}

extension TaskRange {
  /// How many nodes there are so far below this one, where single tasks on the way count, too.
  fileprivate func nodes(below depth: Int) -> Int { min(1 << min(depth, Int.bitWidth - 2), count) }
}

extension Int {
  /// The largest of so many parts that are as equal as can be.
  func divided(among parts: Int) -> Int { (self + parts - 1) / parts }
}
