import CKernels
import NDArrays
import Testing

@Suite struct ProductTests {
  /// Sizes, strides and what is added, from a seed.
  struct Example {
    var p = ol_product()
    var a: [Float], b: [Float], addend: [Float], gate: [Float]

    init(seed: UInt64, sizes: ClosedRange<Int>) {
      var random = RandomKey(seed: seed).stream
      let (m, k) = (random.pick(sizes), random.pick(sizes))
      let n = random.pick([1, random.pick(sizes), random.pick(sizes), random.pick(sizes), 40])
      (p.m, p.n, p.k) = (Int32(m), Int32(n), Int32(k))
      let strides: [(Int32, Int32)] = [(p.k, 1), (1, p.m), (p.k + 3, 1)]
      (p.a_row, p.a_column) = random.pick(strides)
      p.scale = random.pick([1, 1, -1, 0.3])
      p.addend_scale = random.pick([1, 1, -1, 0.7])
      p.addend = UInt8(random.pick([OL_ADDEND_NONE, OL_ADDEND_ROW, OL_ADDEND_MATRIX]))
      p.gate = UInt8(random.pick([OL_GATE_NONE, OL_GATE_RELU, OL_GATE_MATRIX]))
      a = random.floats((m - 1) * Int(p.a_row) + (k - 1) * Int(p.a_column) + 1)
      b = random.floats(k * n)
      addend = random.floats(p.addend == OL_ADDEND_ROW ? n : m * n)
      gate = random.floats(m * n)
    }

    var model: [Float] { inContractMode { ContractModel.product(p, a, b, addend, gate) } }
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func everyElementIsOneChain(seed: UInt64) {
    let example = Example(seed: seed, sizes: 1...33)
    for table in Table.all {
      let found = table.product(
        example.p, example.a, example.b, example.addend, example.gate)
      #expect(
        difference(found, example.model) == nil, "\(table.testDescription), \(example.p)")
    }
  }

  /// Each width of a panel and each height of a tile, one after the other.
  @Test(arguments: Table.all) func anySizeUpTo70(_ table: Table) {
    for size in 1...70 {
      var example = Example(seed: UInt64(size), sizes: 3...3)
      for (m, n, k) in [
        (size, 5, 3), (3, size, 4), (5, 3, size), (4, 1, size), (1, size, 2), (size, 40, 3),
        (size, 24, 2), (size, 8, 2),
      ] {
        example.resize(m, n, k)
        let found = table.product(
          example.p, example.a, example.b, example.addend, example.gate)
        #expect(difference(found, example.model) == nil, "\(example.p)")
      }
    }
  }

  @Test(arguments: Table.all) func theResultMayStandWhereTheAddendStood(_ table: Table) {
    for seed in 0..<40 as Range<UInt64> {
      var example = Example(seed: seed, sizes: 1...45)
      (example.p.addend, example.p.gate) = (UInt8(OL_ADDEND_MATRIX), UInt8(OL_GATE_NONE))
      example.addend = example.gate
      let found = table.accumulate(example.p, example.a, example.b, into: example.addend)
      #expect(difference(found, example.model) == nil, "\(example.p)")
    }
  }

  @Test(arguments: Table.all) func anEmptyContractionIsWhatIsAdded(_ table: Table) {
    var p = ol_product()
    (p.m, p.n, p.k, p.a_column, p.scale, p.addend_scale) = (2, 3, 0, 1, 1, 1)
    #expect(table.product(p, [0], [0], [], []) == [0, 0, 0, 0, 0, 0])
    p.addend = UInt8(OL_ADDEND_ROW)
    #expect(table.product(p, [0], [0], [1, 2, 3], []) == [1, 2, 3, 1, 2, 3])
  }

  /// What is not finite spreads, but through no gate that is closed.
  @Test(arguments: Table.all) func gatesStopWhatIsNotANumber(_ table: Table) {
    var p = ol_product()
    (p.m, p.n, p.k, p.a_row, p.a_column, p.scale, p.addend_scale) = (1, 3, 1, 1, 1, 1, 1)
    let (a, b): ([Float], [Float]) = ([.infinity], [0, 1, -1])
    #expect(difference(table.product(p, a, b, [], []), [.nan, .infinity, -.infinity]) == nil)
    p.gate = UInt8(OL_GATE_RELU)
    #expect(table.product(p, a, b, [], []) == [0, .infinity, 0])
    p.gate = UInt8(OL_GATE_MATRIX)
    #expect(difference(table.product(p, a, b, [], [1, .nan, -1]), [.nan, 0, 0]) == nil)
  }
}

extension ProductTests.Example {
  mutating func resize(_ m: Int, _ n: Int, _ k: Int) {
    var random = RandomKey(seed: UInt64(m * 10_000 + n * 100 + k)).stream
    (p.m, p.n, p.k, p.a_row, p.a_column) = (Int32(m), Int32(n), Int32(k), Int32(k), 1)
    (a, b) = (random.floats(m * k), random.floats(k * n))
    addend = random.floats(p.addend == OL_ADDEND_ROW ? n : m * n)
    gate = random.floats(m * n)
  }
}
