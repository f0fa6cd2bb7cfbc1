internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

/// What convolutions fetch for the calls after them.
extension Lowering {
  func footprint(_ values: Range<ValueID>) -> Footprint {
    let places = values.flatMap { program.instructions[$0].operands + [$0] }.map { value in
      Int(offset(value))..<Int(offset(value)) + shape(value).count
    }
    return Footprint(places: places, multiplyAdds: multiplyAdds(values.lowerBound))
  }

  /// Of a convolution, with the taps that are outside the image.
  private func multiplyAdds(_ id: ValueID) -> Int {
    let instruction = program.instructions[id]
    guard case .fusedConvolution(let fused) = instruction.primitive,
      let channels = fused.convolution.channels(fused.plain(instruction.operands.map(shape)))
    else { return 0 }
    let windows = fused.convolution.windows
    let terms = fused.algorithm == .winograd ? 4 : windows.size.height * windows.size.width
    return channels.images * windows.count.height * windows.count.width * terms
      * channels.inputs * channels.outputs
  }

  mutating func planFetching() {
    let plan = FetchPlan(footprints, floats: plan.peakBytes / MemoryLayout<Float>.size)
    for (index, ranges) in plan.ahead.enumerated() where !ranges.isEmpty {
      body[index].ahead = parameters.append(ol_ahead(ranges))
    }
  }
}

extension ol_ahead: RecordWithArrays {
  init(_ ranges: [Range<Int>]) {
    self.init()
    self.ranges = Int32(ranges.count)
    for (index, range) in ranges.enumerated() {
      set(\.first, index, Int32(range.lowerBound))
      set(\.count, index, Int32(range.count))
    }
  }
}
