import Adaptation
import NDArrays
import Testing

// What `Documentation/UsingWhatWasLearned.md` shows.

private enum Shown {
  static func images(_ run: String) throws {
    let learned = try MetaLearned.load(run)
    let adapted = try learned.adapted(to: learned.support(at: "letters", ink: .inverted))
    let answers = try adapted.predict(adapted.inputs(at: ["note1.png"]).inputs)
    print(answers[0].label ?? "", answers[0].probabilities)
  }

  static func curves(_ run: String) throws -> [[Float]] {
    let points = Support(
      inputs: NDArray([-1, 0, 2], shape: [3, 1]), values: NDArray([0.5, 1, -1.5], shape: [3, 1]))
    let curve = try MetaLearned.load(run).adapted(to: points)
    let values = try curve.predict(NDArray([0.5, 1.5], shape: [2, 1])).map(\.outputs)
    return values
  }
}

@Suite struct UsingWhatWasLearned {
  @Test func thePageShowsWhatCompiles() throws { try expectShown("UsingWhatWasLearned", blocks: 2) }

  @Test func whatIsShownFailsInWords() {
    #expect(throws: UseError.self) { try Shown.images("no run") }
    #expect(throws: UseError.self) { try Shown.curves("no run") }
  }
}
