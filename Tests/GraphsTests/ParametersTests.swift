import Graphs
import NDArrays
import Testing

@Suite struct ParametersTests {
  private let weights = Parameters([("fc1.weight", 1), ("fc1.bias", 2), ("fc2.weight", 3)])

  @Test func leavesKeepTheOrderOfTheirDeclaration() {
    #expect(weights.names == ["fc1.weight", "fc1.bias", "fc2.weight"])
    #expect(weights.map { 10 * $0 }.leaves == [10, 20, 30])
    #expect(weights["fc1.bias"] == 2)
  }

  @Test func leavesPairByName() {
    #expect(weights.paired(with: weights.map { -$0 }) { $0 + $1 }.leaves == [0, 0, 0])
  }

  @Test func aPartMayBeTakenOutAndPutBack() {
    let moved = weights.filter { $0.hasPrefix("fc1") }.map { 10 * $0 }
    #expect(moved.names == ["fc1.weight", "fc1.bias"])
    #expect(weights.replacing(with: moved).leaves == [10, 20, 3])
  }

  @Test func mergingPutsTheOthersBehind() {
    #expect(weights.merging(Parameters([("rate", 4)])).leaves == [1, 2, 3, 4])
  }

  @Test func groupsAreToldByTheirPrefix() {
    let grouped = weights.grouped(under: "rate")
    #expect(grouped.names == ["rate.fc1.weight", "rate.fc1.bias", "rate.fc2.weight"])
    #expect(weights.merging(grouped.map { -$0 }).group("rate") == weights.map { -$0 })
    #expect(weights.group("fc1").names == ["weight", "bias"])
    #expect(weights.group("fc").count == 0)
  }

  @Test func arithmeticGoesLeafByLeaf() {
    let program = Program.trace(inputs([[2], [1]])) { x in
      let a = Parameters([("a", x[0]), ("b", x[1])])
      return (0.5 * (a + a) - a * a).leaves + (a["b"].sum * a).leaves
    }
    #expect(program.reference([[2, 3], [4]]) == [[-2, -6], [-12], [8, 12], [16]])
  }

  @Test func theGradientHasTheNamesOfWhatItIsTakenAt() {
    let program = Program.trace(inputs([[2], [1]])) { x in
      let a = Parameters([("a", x[0]), ("b", x[1])])
      let slope = gradient(of: a["a"].squared.sum, at: a)
      #expect(slope.names == ["a", "b"])
      return slope.leaves
    }
    #expect(program.reference([[2, 3], [4]]) == [[4, 6], [0]])
  }

  @Test func twoLeavesOfOneNameAreAMistake() async {
    await #expect(processExitsWith: .failure) { _ = Parameters([("a", 1), ("a", 2)]) }
  }
}
