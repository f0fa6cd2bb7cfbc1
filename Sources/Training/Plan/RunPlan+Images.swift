public import Episodes
import NDArrays
import Networks

/// Why a file of images is not the one that a plan speaks of, or not enough for it.
public enum ImagesError: Error, Equatable, CustomStringConvertible {
  case otherImages(found: String, expected: String)
  case otherShape(found: ImageShape, expected: ImageShape)
  case tasks(ImageTasksError)
  /// They are too small, or otherwise not what the network's layers take.
  case network(ImageShape)
  /// The learner cannot do with the network that the images make.
  case learner(String)
  /// What they make of the plan is too large to be run.
  case size(PlanTooLarge)

  public var description: String {
    switch self {
    case .otherImages(let found, let expected):
      "the images have the digest \(found), and those of the plan have \(expected)"
    case .otherShape(let found, let expected):
      "the images are \(found), and those of the plan are \(expected)"
    case .tasks(let error): "\(error)"
    case .network(let shape): "the network has layers that do not fit images of \(shape)"
    case .learner(let misfit): "the learner \(misfit)"
    case .size(let error): "with images of this file, \(error)"
    }
  }
}

extension TasksPlan {
  /// The shape of one input, if it is known.
  var example: Shape? {
    if imageFile != nil, image == nil { return nil }
    return Shape(Array(tasks().shapes.support.inputs.sizes.dropFirst()))
  }

  /// A plan's network for these tasks, if it is known what they look like.
  func network(_ plan: any NetworkPlan) -> (any Network)? {
    example.map { plan.network(example: $0, outputs: tasks().outputs) }
  }
}

extension RunPlan {
  /// The file of images that tasks are drawn from, if they are.
  public var imageFile: String? { tasks.imageFile }

  /// Whether a trainer can be made of it: whether it is known what a task looks like.
  public var isComplete: Bool { tasks.imageFile == nil || tasks.image != nil }

  /// The same plan with the images of its file at hand, and with their digest in its text.
  public func drawing(from images: any ImageSource) throws(ImagesError) -> RunPlan {
    var plan = self
    try plan.tasks.draw(from: images)
    try plan.validation?.measured.family.draw(from: images)
    if let example = plan.tasks.example, !network.fits(example: example) {
      throw .network(images.shape)
    }
    if let misfit = plan.misfit { throw .learner(misfit) }
    try plan.evaluation.family.draw(from: images)
    // Where it was known what images look like, this was seen to when the plan was read.
    if !isComplete { try plan.fitted() }
    return plan
  }

  private func fitted() throws(ImagesError) {
    do throws(PlanTooLarge) { try checkSize() } catch { throw .size(error) }
  }

  /// Why one of its learners cannot do with the network, once it is known.
  private var misfit: String? {
    guard let network = tasks.network(network) else { return nil }
    let learners = [learner, validation?.measured.learner, evaluation.learner].compactMap { $0 }
    return learners.lazy.compactMap { $0.misfit(with: network) }.first
  }
}
