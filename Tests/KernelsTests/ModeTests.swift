import CKernels
import NDArrays
import Testing

private let tiny = Float.leastNormalMagnitude / 4

@Suite struct ModeTests {
  @Test(arguments: Table.all) func subnormalsAreZero(_ table: Table) {
    func result(_ operation: Int, _ operands: [[Float]]) -> [Float] {
      let program = ElementwiseProgram(operation, operands)
      return table.elementwise(program.kernel, program.operands)
    }
    let least = Float.leastNormalMagnitude
    #expect(result(OL_MULTIPLY, [[least, -least], [0.5, 0.5]]) == [0, 0])
    #expect(result(OL_MULTIPLY, [[least, -least], [0.5, 0.5]])[1].sign == .minus)
    #expect(result(OL_ADD, [[tiny], [tiny]]) == [0])
    #expect(result(OL_FMA, [[tiny], [0x1p100], [1]]) == [1])
    #expect(result(OL_DIVIDE, [[1], [tiny]]) == [.infinity])
    #expect(result(OL_GATE, [[1], [tiny]]) == [0])
    #expect(result(OL_MAXIMUM, [[tiny, -tiny], [-1, -1]]).map(\.bitPattern) == [0, 1 << 31])
    #expect(result(OL_MINIMUM, [[tiny], [1]]) == [0])
    #expect(result(OL_SQRT, [[tiny]]) == [0])
    #expect(table.sum(outer: 1, reduced: 2, inner: 1, [tiny, tiny]) == [0])
  }

  @Test func subnormalsInProductsAreZeroOnAllTables() {
    var random = RandomKey(seed: 3).stream
    var p = ol_product()
    (p.m, p.n, p.k, p.a_row, p.a_column, p.scale) = (5, 9, 11, 11, 1, 1)
    let a = random.floats(55, in: -0x1p-63...0x1p-63)
    let b = random.floats(99, in: -0x1p-64...0x1p-64)
    let model = inContractMode { ContractModel.product(p, a, b, [], []) }
    for table in Table.all {
      #expect(difference(table.product(p, a, b, [], []), model) == nil)
    }
  }

  @Test func theFormerModeComesBack() {
    let half = tiny / 2
    #expect(half > 0)
    #expect(inContractMode { tiny * 2 == 0 })
    #expect(half > 0 && half * 2 == tiny)
  }

  @Test func additionFlushesInAnyMode() {
    var sum: [Float] = [1, tiny, -3]
    ol_add(3, [2, tiny, 0.5], &sum)
    #expect(sum == [3, 0, -2.5])
  }

  @Test func oneValueThatIsNotFiniteIsFound() {
    for count in [1, 7, 8, 9, 40, 1000] {
      var values = [Float](repeating: .greatestFiniteMagnitude, count: count)
      #expect(ol_all_finite(Int64(count), values))
      for bad in [Float.infinity, -.infinity, .nan] {
        for place in [0, count / 2, count - 1] {
          values[place] = bad
          #expect(!ol_all_finite(Int64(count), values))
          values[place] = 0
        }
      }
    }
    #expect(ol_all_finite(0, [.nan]))
  }
}
