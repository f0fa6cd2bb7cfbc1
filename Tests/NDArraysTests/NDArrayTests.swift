import NDArrays
import Testing

@Suite struct NDArrayTests {
  @Test func aShapeCountsItsElements() {
    #expect(([2, 3, 4] as Shape).count == 24)
    #expect(([] as Shape).count == 1)
    #expect(([2, 0] as Shape).count == 0)
    #expect(([2, 3] as Shape).rank == 2)
    #expect(([2, 3] as Shape).description == "[2, 3]")
  }

  @Test func aCountThatNoIntegerHoldsIsTheLargest() {
    #expect(([2, 3, 4] as Shape).clampedCount == 24)
    #expect(([1 << 31, 1 << 31] as Shape).clampedCount == 1 << 62)
    #expect(([1 << 32, 1 << 32, 2] as Shape).clampedCount == .max)
  }

  @Test func anArrayIsItsShapeAndItsElements() {
    #expect(NDArray(2.5) == NDArray([2.5], shape: []))
    #expect(NDArray(repeating: 3, shape: [2, 2]) == NDArray([3, 3, 3, 3], shape: [2, 2]))
    #expect(NDArray([1, 2], shape: [2]) != NDArray([1, 2], shape: [1, 2]))
  }

  @Test func elementsFillTheShape() async {
    await #expect(processExitsWith: .failure) { _ = NDArray([1, 2, 3], shape: [2, 2]) }
    await #expect(processExitsWith: .failure) {
      var array = NDArray([1, 2], shape: [2])
      array.elements.append(3)
    }
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
  }
}
