import Adaptation
import Foundation
import NDArrays
import Testing

/// What `Documentation/UsingWhatWasLearned.md` shows is what stands here, and compiles.
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

@Suite struct DocumentationTests {
  @Test func whatIsShownCompiles() throws {
    let here = URL(filePath: #filePath)
    let page = here.deletingLastPathComponent()
      .appending(path: "../../Documentation/UsingWhatWasLearned.md")
    let source = Self.unindented(try String(contentsOf: here, encoding: .utf8))
    let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n")
      .dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 2)
    for block in blocks {
      #expect(source.contains(Self.unindented(block)), "not compiled: \(block)")
    }
  }

  private static func unindented(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: "\n")
  }

  @Test func whatIsShownFailsInWords() {
    #expect(throws: UseError.self) { try Shown.images("no run") }
    #expect(throws: UseError.self) { try Shown.curves("no run") }
  }
}
