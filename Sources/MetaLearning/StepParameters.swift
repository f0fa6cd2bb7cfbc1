import Graphs
import NDArrays
import Networks

extension MetaLearner {
  /// What is learned for each inner step of training, named `step1.rate.fc1` and the like.
  ///
  /// - Parameter own: what one step has; steps count from zero here.
  func eachStep<Leaf>(_ own: (_ step: Int) -> [(String, Leaf)]) -> Parameters<Leaf> {
    Parameters(
      (0..<innerSteps).flatMap { step in own(step).map { ("step\(step + 1).\($0)", $1) } })
  }
}

extension MetaLearner {
  /// Where what each layer learned for the inner steps lies, such as its rates.
  func figures(_ key: String, _ parameters: Parameters<NDArray>) -> [Figure] {
    network.layerNames.flatMap { layer in
      let numbers = (1...max(innerSteps, 1)).flatMap {
        parameters.group("step\($0)").group(key).numbers(ofLayer: layer)
      }
      return Figure.spread(key, of: layer, numbers)
    }
  }
}

extension Parameters {
  /// What an inner step has of its own. Those that training did not have go by the last of `steps`.
  func group(ofStep step: Int, among steps: Int) -> Parameters {
    group("step\(min(step, steps - 1) + 1)")
  }
}
