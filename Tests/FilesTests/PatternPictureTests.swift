import Foundation
import Telemetry
import Testing

private let points: [PatternPicture.Point] = [
  .init("all", time: 4, value: 98, halfWidth: 0, kind: .front),
  .init("a <b>", time: 1, value: 97.5, halfWidth: 0.2, kind: .chosen),
  .init("c", time: 2, value: 90, halfWidth: 0.5, kind: .other),
  .init("runaway", time: 3, value: .infinity, halfWidth: .nan, kind: .other),
]

@Suite struct PatternPictureTests {
  @Test func eachPatternThatHasAPlaceIsDrawn() {
    let svg = PatternPicture(
      title: "Patterns", caption: "", measure: "accuracy in %", points: points, limit: 97
    ).svg
    #expect(svg.components(separatedBy: "<circle").count == 4)
    #expect(svg.contains("a &lt;b&gt;"))
    #expect(!svg.contains("runaway") && !svg.contains("inf") && !svg.contains("nan"))
  }

  @Test func nothingMeasuredIsAPictureToo() {
    let empty = PatternPicture(title: "", caption: "", measure: "", points: [], limit: 0)
    #expect(empty.svg.hasPrefix("<?xml"))
  }
}
