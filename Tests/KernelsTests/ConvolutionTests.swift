import CKernels
import NDArrays
import Testing

@Suite struct ConvolutionTests {
  enum Role: CaseIterable { case forward, byInput, byFilter }

  /// Sizes, strides, padding and what is added, from a seed.
  struct Example {
    var c = ol_convolution()
    var a: [Float], b: [Float]
    var epilogue: ContractModel.Epilogue
    var role: Role

    init(_ role: Role, seed: UInt64, width: ClosedRange<Int> = 1...9) {
      var random = RandomKey(seed: seed).stream
      c = ol_convolution(random: &random, width: width)
      let images = Int(c.images * c.height * c.width * c.inputs)
      let windows = Int(c.images * c.down * c.across * c.outputs)
      let filter = Int(c.filter_height * c.filter_width * c.inputs * c.outputs)
      let result = [Role.forward: windows, .byInput: images, .byFilter: filter][role] ?? 0
      let row = Int(role == .byInput ? c.inputs : c.outputs)
      self.role = role
      a = random.floats(role == .byInput ? windows : images)
      b = random.floats(role == .byFilter ? windows : filter)
      epilogue = ContractModel.Epilogue(
        c: c,
        addend: random.floats(Int(c.addend) == OL_ADDEND_ROW ? row : result),
        gate: random.floats(result))
    }

    var model: [Float] {
      inContractMode {
        switch role {
        case .forward: ContractModel.convolve(c, a, b, epilogue)
        case .byInput: ContractModel.convolveByInput(c, a, b, epilogue)
        case .byFilter: ContractModel.convolveByFilter(c, a, b, epilogue)
        }
      }
    }
  }

  @Test(arguments: Role.allCases, 0..<120 as Range<UInt64>)
  func everyElementIsOneChain(role: Role, seed: UInt64) {
    let example = Example(role, seed: seed)
    for table in Table.all {
      for side in GuardedFloats.Side.allCases {
        let found = table.convolution(example, guarded: side)
        #expect(
          difference(found, example.model) == nil, "\(table.testDescription), \(example.c)")
      }
    }
  }
}

extension ConvolutionTests {
  /// More windows across than are listed, more of them than a block has, and filters worth a copy.
  @Test(arguments: Role.allCases, 100..<112 as Range<UInt64>)
  func wideImagesAreTheSameChains(role: Role, seed: UInt64) {
    let example = Example(role, seed: seed, width: 17...60)
    for table in Table.all {
      let found = table.convolution(example)
      #expect(
        difference(found, example.model) == nil, "\(table.testDescription), \(example.c)")
    }
  }
}

extension ol_convolution {
  /// Windows of any size and stride, wherever at least one of them fits.
  init(random: inout RandomStream, width: ClosedRange<Int>) {
    let height = Axis(random: &random, 1...9), width = Axis(random: &random, width)
    let channels = [1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 64, 80]
    self.init()
    (self.height, down, filter_height) = (height.image, height.windows, height.size)
    (stride_down, top) = (height.stride, height.before)
    (self.width, across, filter_width) = (width.image, width.windows, width.size)
    (stride_across, left) = (width.stride, width.before)
    images = Int32(random.pick(1...5))
    (inputs, outputs) = (Int32(random.pick(channels)), Int32(random.pick(channels)))
    (scale, addend_scale) = (random.pick([1, 1, -0.3]), random.pick([1, 1, 2.5]))
    addend = UInt8(random.pick([OL_ADDEND_NONE, OL_ADDEND_ROW, OL_ADDEND_MATRIX]))
    gate = UInt8(random.pick([OL_GATE_NONE, OL_GATE_RELU, OL_GATE_MATRIX]))
  }

  private struct Axis {
    var image: Int32, windows: Int32, size: Int32, stride: Int32, before: Int32

    init(random: inout RandomStream, _ images: ClosedRange<Int>) {
      (image, size) = (Int32(random.pick(images)), Int32(random.pick(1...4)))
      (stride, before) = (Int32(random.pick(1...3)), Int32(random.pick(0...3)))
      let after = max(Int32(random.pick(0...3)), size - image - before)
      windows = (before + image + after - size) / stride + 1
    }
  }
}
