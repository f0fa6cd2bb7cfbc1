import Episodes
import Foundation
import Testing

@Suite struct PortableMathTests {
  /// Every 0.0137 up to 1e4, both signs, and around every quarter turn.
  private let angles: [Double] =
    (0...730_000).map { Double($0) * 0.013_7 }.filter { $0 <= 1e4 }
    + (0...6000).flatMap { turn in
      let angle = Double(turn) * .pi / 2
      return [angle.nextDown, angle, angle.nextUp, angle + .pi / 4]
    }

  private func worst(_ ours: (Double) -> Double, _ theirs: (Double) -> Double) -> Double {
    angles.reduce(0) { max($0, abs(ours($1) - theirs($1)), abs(ours(-$1) - theirs(-$1))) }
  }

  @Test func sineIsTheLibrarys() { #expect(worst(sine, Foundation.sin) < 1e-15) }
  @Test func cosineIsTheLibrarys() { #expect(worst(cosine, Foundation.cos) < 1e-15) }

  @Test func sineIsOdd() { #expect(angles.allSatisfy { sine(-$0) == -sine($0) }) }
  @Test func cosineIsEven() { #expect(angles.allSatisfy { cosine(-$0) == cosine($0) }) }

  @Test func nothingStaysNothing() {
    #expect((sine(0), cosine(0)) == (0, 1))
    #expect(sine(1e-300) == 1e-300)
    #expect(sine(.nan).isNaN && cosine(.infinity).isNaN)
  }
}
