import Checkpoints
package import Coordination
import Episodes
import Graphs
import NDArrays
import Training
package import Transport
import Wire

// What the state machines and the trainer speak of, as messages and back.

/// The version of what is promised of bits (`Documentation/Numerics.md`). It is raised whenever any
/// program may give other bits than before.
package let numericsVersion: UInt32 = 4

/// Leases that one worker may compute at once. A ping lists all that it holds, within `Limits`.
let mostLeasesAtOnce = 1024

/// What a run and its programs are called on the wire.
struct RunName: Equatable {
  /// The first half of the plan's digest: runs of one plan end in the same bits, and are one run.
  var run: UInt64
  var plan: String
  var program: String

  init(_ run: Run) {
    plan = run.plan.digest
    self.run = Self.run(run.plan)
    program = Digest(run.trainer.metaGradientText).description
  }

  static func run(_ plan: RunPlan) -> UInt64 { UInt64(plan.digest.prefix(16), radix: 16) ?? 0 }
}

extension WorkerID {
  /// A worker's name as ZeroMQ's routing id, which may not begin with a zero byte.
  package var peer: PeerID {
    let bytes = [UInt8(ascii: "w")] + withUnsafeBytes(of: raw.bigEndian) { Array($0) }
    guard let peer = PeerID(bytes) else { preconditionFailure("nine bytes are a peer's name") }
    return peer
  }

  /// `nil` for a peer that is none of ours.
  init?(_ peer: PeerID) {
    let bytes = peer.bytes
    guard bytes.count == 9, bytes[0] == UInt8(ascii: "w") else { return nil }
    self.init(bytes.dropFirst().reduce(0) { $0 << 8 | UInt64($1) })
  }
}

extension Parameters<NDArray> {
  var namedArrays: [NamedArray] { zip(names, leaves).map { NamedArray($0, $1) } }

  /// The arrays under the names and with the shapes of `layout`, or nothing.
  init?(_ arrays: [NamedArray], layout: Parameters<Shape>) {
    guard
      arrays.map(\.name) == layout.names, arrays.map(\.values.shape) == layout.leaves
    else { return nil }
    self.init(names: layout.names, leaves: arrays.map(\.array))
  }
}

extension Episode<PackedArray> {
  private static var names: [String] { ["support_x", "support_y", "query_x", "query_y"] }

  var namedArrays: [NamedArray] {
    zip(Self.names, [support.inputs, support.targets, query.inputs, query.targets])
      .map { NamedArray($0, $1) }
  }

  /// Stacked episodes whose tasks have the given shapes, or nothing.
  init?(_ arrays: [NamedArray], tasks: Int, shapes: Episode<Shape>) {
    let expected = [
      shapes.support.inputs, shapes.support.targets, shapes.query.inputs, shapes.query.targets,
    ].map { Shape([tasks] + $0.sizes) }
    guard arrays.map(\.name) == Self.names, arrays.map(\.values.shape) == expected else {
      return nil
    }
    self.init(
      support: Batch(inputs: arrays[0].values, targets: arrays[1].values),
      query: Batch(inputs: arrays[2].values, targets: arrays[3].values))
  }
}

extension Run {
  /// What a peer says that some tasks of a round came to, if these are a node of the tree over the
  /// round's tasks and there are as many values as there should be.
  func sum(of tasks: Range<Int>, in round: Int, _ values: [Float]) -> TaskSum? {
    guard (0..<rounds.count).contains(round) else { return nil }
    return sums(in: round).sum(of: tasks, values)
  }

  /// The form of a round's sums.
  func sums(in round: Int) -> SumForm {
    let batch = rounds.tasks(in: round)
    switch work(in: round) {
    case .training:
      return SumForm(batch: batch, added: trainer.sums.count, width: trainer.sums.width)
    case .validation(let evaluator, _), .evaluation(let evaluator):
      return SumForm(batch: batch, added: 0, width: evaluator.width)
    }
  }
}

extension SumForm {
  /// What some tasks came to, as a peer says it, if it is of this form.
  func sum(of tasks: Range<Int>, _ values: [Float]) -> TaskSum? {
    guard let range = TaskRange(tasks, ofBatch: batch), values.count == count(ofTasks: range.count)
    else { return nil }
    return TaskSum(range: range, values: values, added: added)
  }
}

extension TaskRange {
  /// Tasks named by a peer, if they are a node of the tree over a batch.
  init?(_ tasks: Range<Int>, ofBatch batch: Int) {
    guard tasks.lowerBound >= 0, tasks.lowerBound < tasks.upperBound else { return nil }
    let range = TaskRange(lower: tasks.lowerBound, upper: tasks.upperBound)
    guard range.isNode(ofBatch: batch) else { return nil }
    self = range
  }
}

extension Frame {
  /// What the frame says.
  func decoded(by decoder: PacketDecoder) throws(WireError) -> Packet {
    try withUnsafeBytes { (bytes) throws(WireError) in try decoder.decode(bytes) }
  }

  /// A packet, written straight into the memory it is sent from.
  static func saying(_ packet: Packet) -> Frame {
    Wire.withEncoding(of: packet) { encoding in
      let frame = Frame(count: encoding.byteCount)
      frame.withUnsafeMutableBytes { encoding.write(to: $0) }
      return frame
    }
  }
}
