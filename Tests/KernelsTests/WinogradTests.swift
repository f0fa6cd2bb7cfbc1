import CKernels
import NDArrays
import Testing

@Suite struct WinogradTests {
  /// Images of any size, with any padding that leaves a window, from a seed.
  struct Example {
    var c = ol_convolution()
    /// Pixels, windows, and what is added to either and gates it.
    var x: [Float], y: [Float], addend: [Float], gate: [Float]
    /// A filter, and the same with its channels swapped.
    var f: [Float]

    init(seed: UInt64) {
      var random = RandomKey(seed: seed).stream
      let channels = random.pick([(16, 16), (32, 16), (16, 48), (16, 80), (80, 16), (32, 32)])
      let large = channels == (16, 16) ? 23 : 9
      (c.images, c.inputs, c.outputs) = (
        Int32(random.pick(1...3)), Int32(channels.0), Int32(channels.1)
      )
      (c.height, c.down, c.top) = Self.axis(&random, 1...9)
      (c.width, c.across, c.left) = Self.axis(&random, 1...large)
      (c.filter_height, c.filter_width, c.stride_down, c.stride_across) = (3, 3, 1, 1)
      (c.scale, c.addend_scale) = (random.pick([1, 1, -0.3]), random.pick([1, 1, 2.5]))
      c.addend = UInt8(random.pick([OL_ADDEND_NONE, OL_ADDEND_ROW, OL_ADDEND_MATRIX]))
      c.gate = UInt8(random.pick([OL_GATE_NONE, OL_GATE_RELU, OL_GATE_MATRIX]))
      x = random.floats(Int(c.images * c.height * c.width * c.inputs))
      y = random.floats(Int(c.images * c.down * c.across * c.outputs))
      let most = max(x.count, y.count)
      (addend, gate) = (random.floats(most), random.floats(most))
      f = random.floats(9 * Int(c.inputs * c.outputs))
    }

    private static func axis(
      _ random: inout RandomStream, _ images: ClosedRange<Int>
    ) -> (image: Int32, windows: Int32, before: Int32) {
      let (image, before) = (Int32(random.pick(images)), Int32(random.pick(0...2)))
      let after = max(Int32(random.pick(0...2)), 3 - image - before)
      return (image, before + image + after - 2, before)
    }

    func epilogue(_ result: Int, row: Int32) -> ContractModel.Epilogue {
      let count = Int(c.addend) == OL_ADDEND_ROW ? Int(row) : result
      return ContractModel.Epilogue(
        c: c, addend: Array(addend[..<count]), gate: Array(gate[..<result]))
    }
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func imagesAreSquaresOfChains(seed: UInt64) {
    let e = Example(seed: seed)
    let u = inContractMode { ContractModel.winogradFilter(e.f) }
    let windows = e.epilogue(e.y.count, row: e.c.outputs)
    let pixels = e.epilogue(e.x.count, row: e.c.inputs)
    let forward = inContractMode { ContractModel.winograd(e.c, e.x, u, windows) }
    let byInput = inContractMode { ContractModel.winogradByInput(e.c, e.y, u, pixels) }
    for table in Table.all {
      #expect(difference(table.winogradFilter(e.f), u) == nil, "\(table.testDescription)")
      #expect(
        difference(table.winograd(e.c, e.x, u, windows), forward) == nil,
        "\(table.testDescription), \(e.c)")
      #expect(
        difference(table.winogradByInput(e.c, e.y, u, pixels), byInput) == nil,
        "\(table.testDescription), \(e.c)")
    }
  }

  @Test(arguments: 20..<36 as Range<UInt64>)
  func aFiltersGradientIsAChainAtEachPosition(seed: UInt64) {
    let e = Example(seed: seed)
    let m = inContractMode { ContractModel.winogradByFilter(e.c, e.x, e.y) }
    let f = inContractMode { ContractModel.winogradGradient(m) }
    for table in Table.all {
      #expect(
        difference(table.winogradByFilter(e.c, e.x, e.y), m) == nil,
        "\(table.testDescription), \(e.c)")
      #expect(difference(table.winogradGradient(m), f) == nil, "\(table.testDescription)")
    }
  }
}

extension WinogradTests {
  /// Against the same terms one by one, of numbers no larger than one.
  ///
  /// A patch becomes at most 4, a filter 2.25, so that a chain of n terms is at most 9 n and errs by half
  /// a unit of that for each of its terms and the roundings before. A square adds nine chains: 81 n (n +
  /// 8) half units, where the direct chain of 9 n terms errs by as many. The gradient's chain is of a
  /// fourth as many terms of at most 16, of which four are added.
  @Test(arguments: 40..<52 as Range<UInt64>)
  func theyAreTheSameConvolutions(seed: UInt64) {
    var e = Example(seed: seed)
    (e.c.scale, e.c.addend, e.c.gate) = (1, UInt8(OL_ADDEND_NONE), UInt8(OL_GATE_NONE))
    let c = e.c
    let empty = ContractModel.Epilogue(c: c, addend: [], gate: [])
    let u = ContractModel.winogradFilter(e.f)
    for table in Table.all {
      expect(
        table.winograd(c, e.x, u, empty), near: ContractModel.convolve(c, e.x, e.f, empty),
        terms: Int(c.inputs))
      expect(
        table.winogradByInput(c, e.y, u, empty),
        near: ContractModel.convolveByInput(c, e.y, e.f, empty), terms: Int(c.outputs))
      expect(
        table.winogradGradient(table.winogradByFilter(c, e.x, e.y)),
        near: ContractModel.convolveByFilter(c, e.x, e.y, empty),
        terms: Int(c.images * c.down * c.across))
    }
  }

  private func expect(_ found: [Float], near expected: [Float], terms: Int) {
    let bound = 81 * Float(terms) * Float(terms + 8) * .ulpOfOne
    let apart = zip(found, expected).map { abs($0 - $1) }
    // What is not a number is not the largest.
    #expect(apart.allSatisfy { $0 <= bound }, "\(apart.max() ?? 0) where \(bound) is allowed")
    #expect(found.count == expected.count)
  }

  /// What a chain has come to after some images is where the rest of them goes on.
  @Test func aGradientGoesOnFromImageToImage() {
    let e = Example(seed: 3)
    #expect(e.c.images > 1)
    var one = e.c
    one.images = 1
    let whole = Table.all[0].winogradByFilter(e.c, e.x, e.y)
    for table in Table.all {
      var m: [Float] = []
      for image in 0..<Int(e.c.images) {
        one.continues = image > 0
        m = table.winogradByFilter(
          one, part(e.x, image, of: e.c.images), part(e.y, image, of: e.c.images), onto: m)
      }
      #expect(difference(m, whole) == nil, "\(table.testDescription)")
    }
  }

  private func part(_ x: [Float], _ index: Int, of count: Int32) -> [Float] {
    let length = x.count / Int(count)
    return Array(x[index * length..<(index + 1) * length])
  }
}
