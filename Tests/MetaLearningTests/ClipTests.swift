import Graphs
import NDArrays
import Optimizers
import Testing

@Suite struct ClipTests {
  private func clip(_ clip: Clip, _ gradient: [[Double]]) -> [[Double]] {
    let inputs = gradient.indices.map { Program.Input("g\($0)", [gradient[$0].count]) }
    return Program.trace(inputs) { tensors in
      clip(Parameters(names: inputs.map(\.name), leaves: tensors)).leaves
    }.reference(gradient)
  }

  @Test(arguments: [
    (Clip.none, [[3, 0], [-4]]),
    (.elementwise(limit: 3.5), [[3, 0], [-3.5]]),
    (.elementwise(limit: 1), [[1, 0], [-1]]),
    (.norm(limit: 2.5), [[1.5, 0], [-2]]),
    (.norm(limit: 5), [[3, 0], [-4]]),
    (.norm(limit: 100), [[3, 0], [-4]]),
  ])
  func clipsTheGradientOfNormFive(_ clip: Clip, expected: [[Double]]) {
    #expect(self.clip(clip, [[3, 0], [-4]]) == expected)
  }

  @Test(arguments: [Clip.elementwise(limit: 8), .norm(limit: 8)])
  func withinTheLimitNothingChanges(_ clip: Clip) {
    let gradient = [[0.1, -0.7, 1e-30], [2.3]]
    #expect(self.clip(clip, gradient) == gradient)
  }

  @Test(arguments: [Clip.elementwise(limit: 1), .norm(limit: 1)])
  func zeroStaysZero(_ clip: Clip) {
    #expect(self.clip(clip, [[0, 0], [0]]) == [[0, 0], [0]])
  }

  @Test(arguments: [Clip.none, .elementwise(limit: 1), .norm(limit: 1)])
  func whatIsNotANumberIsNotHidden(_ clip: Clip) {
    #expect(self.clip(clip, [[.nan, 0], [1]])[0][0].isNaN)
  }

  @Test func noParametersClipToNone() {
    #expect(clip(.norm(limit: 1), []) == [])
  }
}
