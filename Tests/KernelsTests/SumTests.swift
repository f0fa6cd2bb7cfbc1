import CKernels
import NDArrays
import Testing

@Suite struct SumTests {
  @Test(arguments: Table.all) func aSumIsInterleavedSums(_ table: Table) {
    for seed in 0..<120 as Range<UInt64> {
      var random = RandomKey(seed: seed).stream
      let inner = random.pick([1, random.pick(1...70)])
      let (outer, reduced) = (random.pick(1...4), random.pick(0...random.pick([70, 300])))
      let x = random.floats(outer * reduced * inner, in: -3...3)
      let model = inContractMode {
        ContractModel.sum(outer: outer, reduced: reduced, inner: inner, x)
      }
      let found = table.sum(outer: outer, reduced: reduced, inner: inner, x)
      #expect(difference(found, model) == nil, "[\(outer), \(reduced), \(inner)]")
    }
  }

  @Test(arguments: Table.all) func aSumOfMinusZerosIsZero(_ table: Table) {
    #expect(
      table.sum(outer: 1, reduced: 9, inner: 1, .init(repeating: -0.0, count: 9))[0].sign == .plus)
    #expect(
      table.sum(outer: 1, reduced: 1, inner: 2, [-0.0, -0.0]).allSatisfy { $0.sign == .plus })
  }
}

@Suite struct LayoutTests {
  @Test(arguments: Table.all) func aTransposeSwapsRowsAndColumns(_ table: Table) {
    for rows in Array(1...26) + [63, 64, 72, 137] {
      for columns in [1, 3, 4, 7, 8, 9, 15, 16, 23, 40] {
        let x = (0..<rows * columns).map(Float.init)
        let expected = (0..<columns).flatMap { c in (0..<rows).map { x[$0 * columns + c] } }
        #expect(table.transpose(rows: rows, columns: columns, x) == expected)
      }
    }
  }

  @Test(arguments: Table.all) func aCopyFollowsItsStrides(_ table: Table) {
    let x = (0..<60).map(Float.init)
    #expect(
      table.copy(shape([(3, 0), (4, 1)]), count: 12, x) == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
    #expect(table.copy(shape([(2, 1), (3, 0)]), count: 6, x) == [0, 0, 0, 1, 1, 1])
    #expect(
      table.copy(shape([(2, 5), (2, 0), (2, 20)]), count: 8, x) == [0, 20, 0, 20, 5, 25, 5, 25])
    #expect(table.copy(shape([]), count: 1, x) == [0])
    #expect(table.copy(shape([(0, 1), (3, 1)]), count: 0, x) == [])
  }

  private func shape(_ axes: [(size: Int32, stride: Int32)]) -> ol_copy {
    var shape = ol_copy()
    shape.rank = Int32(axes.count)
    for (index, axis) in axes.enumerated() {
      withUnsafeMutableBytes(of: &shape.size) {
        $0.storeBytes(of: axis.size, toByteOffset: index * 4, as: Int32.self)
      }
      withUnsafeMutableBytes(of: &shape.stride) {
        $0.storeBytes(of: axis.stride, toByteOffset: index * 4, as: Int32.self)
      }
    }
    return shape
  }
}
