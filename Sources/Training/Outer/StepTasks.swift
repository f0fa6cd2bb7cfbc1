import Graphs
import NDArrays

/// The names of a step's tasks: those drawn for it, or where tasks are chosen, those that the step is given.
struct StepTasks {
  private let step: Int
  /// Steps and places, as floats, which count exactly as far as there are steps.
  private var chosen: (steps: [Float], places: [Float])?

  init(_ trainer: Trainer, step: Int, given: Parameters<NDArray>?) {
    self.step = step
    guard trainer.outer?.choosesTasks ?? false else { return }
    guard let given else { preconditionFailure("step \(step) was not given its tasks") }
    let leaves = given.leaves.suffix(2).map(\.elements)
    chosen = (leaves[0], leaves[1])
  }

  subscript(place: Int) -> TaskName {
    guard let chosen else { return TaskName(step: step, place: place) }
    return TaskName(step: whole(chosen.steps[place]), place: whole(chosen.places[place]))
  }

  /// A peer's number: whatever it is, it names some task.
  private func whole(_ number: Float) -> Int { Int(min(max(number, 0), 0x1p24)) }

  /// For a single task.
  static let shapes = Parameters<Shape>([("step", []), ("place", [])])

  static func leaves(_ tasks: [TaskName]) -> Parameters<NDArray> {
    Parameters([
      ("step", NDArray(tasks.map { Float($0.step) }, shape: [tasks.count])),
      ("place", NDArray(tasks.map { Float($0.place) }, shape: [tasks.count])),
    ])
  }
}
