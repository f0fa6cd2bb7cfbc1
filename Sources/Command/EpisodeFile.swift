import Checkpoints
import Episodes
import NDArrays
import Networks
import Training

/// A safetensors file of episodes of other programs' making, stacked: `support_x`, `support_y`,
/// `query_x` and `query_y`, each `[tasks, n, ...]`.
///
/// Images are `[tasks, n, channels, height, width]` there, as PyTorch has them; labels are `[tasks, n]`.
struct EpisodeFile {
  let path: String
  let file: SafeTensors
  let tasks: any TaskDistribution
  let targets: Loss.Targets

  /// Any number of tasks and points, otherwise as the plan's.
  func episodes() throws(Complaint) -> Episode<NDArray> {
    let shapes = tasks.shapes
    let stack = Episode(
      support: try batch("support", like: shapes.support),
      query: try batch("query", like: shapes.query))
    let counts = [stack.support, stack.query].map { [$0.inputs.shape, $0.targets.shape] }
    guard counts.allSatisfy({ $0[0].sizes.prefix(2) == $0[1].sizes.prefix(2) }),
      counts[0][0][0] == counts[1][0][0]
    else { throw complaint("the arrays disagree on tasks or points, \(counts)") }
    return stack
  }

  private func batch(
    _ set: String, like shapes: Batch<Shape>
  ) throws(Complaint) -> Batch<NDArray> {
    let targets = try array("\(set)_y", each: Array(shapes.targets.sizes.dropFirst()))
    try checkLabels(targets, "\(set)_y")
    return Batch(inputs: try inputs("\(set)_x", like: shapes.inputs), targets: targets)
  }

  private func inputs(_ name: String, like shape: Shape) throws(Complaint) -> NDArray {
    let each = Array(shape.sizes.dropFirst())
    guard each.count == 3 else { return try array(name, each: each) }
    return try array(name, each: [each[2], each[0], each[1]]).channelsLast
  }

  private func array(_ name: String, each: [Int]) throws(Complaint) -> NDArray {
    guard let array = file[name]?.array else { throw complaint("\(name) is missing") }
    guard
      array.shape.rank == each.count + 2, array.shape.sizes.dropFirst(2).elementsEqual(each),
      array.shape.count > 0
    else {
      throw complaint(
        "\(name) is \(array.shape), and the plan's tasks are [tasks, n"
          + each.map { ", \($0)" }.joined() + "]")
    }
    return array
  }

  private func checkLabels(_ labels: NDArray, _ name: String) throws(Complaint) {
    guard targets == .labels else { return }
    let classes = 0..<Float(tasks.outputs)
    let strange = labels.elements.first { !classes.contains($0) || $0 != $0.rounded() }
    if let strange {
      throw complaint(
        "\(name) has the label \(strange), and labels go from 0 to \(tasks.outputs - 1)")
    }
  }

  private func complaint(_ what: String) -> Complaint { Complaint("\(path): \(what)", .data) }
}

extension NDArray {
  /// Images `[tasks, n, channels, height, width]` as `[tasks, n, height, width, channels]`.
  fileprivate var channelsLast: NDArray {
    let sizes = shape.sizes
    let (channels, pixels) = (sizes[2], sizes[3] * sizes[4])
    let images = stride(from: 0, to: elements.count, by: channels * pixels)
    let ordered = images.flatMap { start in
      (0..<pixels * channels).map { elements[start + $0 % channels * pixels + $0 / channels] }
    }
    return NDArray(ordered, shape: [sizes[0], sizes[1], sizes[3], sizes[4], channels])
  }
}
