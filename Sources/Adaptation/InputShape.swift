import Datasets
public import Episodes
public import NDArrays
import Networks
import Training

/// What one input of a run's tasks looks like, and what is asked of it.
public struct InputShape: Equatable, Sendable {
  /// Without the axis that counts examples.
  public let example: Shape
  /// Where inputs are images.
  public let image: ImageShape?
  /// How many numbers are answered: values, or a score for each class.
  public let outputs: Int
  public let areClasses: Bool

  init(_ plan: RunPlan) {
    let tasks = plan.trainingTasks()
    example = Shape(Array(tasks.shapes.support.inputs.sizes.dropFirst()))
    image = plan.tasks.image
    outputs = tasks.outputs
    areClasses = plan.loss.targets == .labels
  }

  /// What images that come by themselves are made before they are looked at.
  ///
  /// - Parameter ink: as it was when the run's own images were imported; neither the file of images
  ///   nor the plan says so.
  func format(_ ink: Ink) -> ImageFormat? {
    image.map {
      ImageFormat(
        size: ImageFormat.Size(width: $0.width, height: $0.height),
        colors: $0.channels == 1 ? .grey : .rgb, ink: ink == .asIs ? .asIs : .inverted)
    }
  }

  /// Checks some inputs, `[n]` and the shape of an example.
  func check(_ inputs: NDArray) throws(UseError) {
    guard inputs.shape.rank > 0, inputs.shape[0] > 0,
      Shape(Array(inputs.shape.sizes.dropFirst())) == example
    else {
      throw .misfit("inputs of the shape \(inputs.shape), where each is to be \(example)")
    }
  }
}
