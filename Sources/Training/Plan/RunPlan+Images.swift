public import Episodes
import NDArrays

/// Why a file of images is not the one that a plan speaks of, or not enough for it.
public enum ImagesError: Error, Equatable, CustomStringConvertible {
  case otherImages(found: String, expected: String)
  case otherShape(found: ImageShape, expected: ImageShape)
  case tasks(ImageTasksError)
  /// They are too small, or otherwise not what the network's layers take.
  case network(ImageShape)

  public var description: String {
    switch self {
    case .otherImages(let found, let expected):
      "the images have the digest \(found), and those of the plan have \(expected)"
    case .otherShape(let found, let expected):
      "the images are \(found), and those of the plan are \(expected)"
    case .tasks(let error): "\(error)"
    case .network(let shape): "the network has layers that do not fit images of \(shape)"
    }
  }
}

extension TasksPlan {
  /// The shape of one input, if it is known.
  var example: Shape? {
    if imageFile != nil, image == nil { return nil }
    return Shape(Array(tasks().shapes.support.inputs.sizes.dropFirst()))
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
    try plan.evaluation.family.draw(from: images)
    return plan
  }
}
