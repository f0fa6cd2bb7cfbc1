import CKernels
import Testing

/// One table of kernels of this machine, called with arrays. Every call runs in the contract's mode,
/// on buffers that are guarded.
struct Table: CustomTestStringConvertible, @unchecked Sendable {
  typealias Convolution =
    @convention(c) (
      UnsafePointer<ol_convolution>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void

  let kernels: ol_kernels

  static let all = (0..<ol_kernels_count()).compactMap { index in
    ol_kernels_at(index).map { Table(kernels: $0.pointee) }
  }

  var testDescription: String { String(cString: kernels.name) }

  func product(
    _ p: ol_product, _ a: [Float], _ b: [Float], _ addend: [Float], _ gate: [Float]
  ) -> [Float] {
    let (a, b, gate) = (GuardedFloats(a), GuardedFloats(b), GuardedFloats(gate))
    let (addend, c) = (GuardedFloats(addend), GuardedFloats(count: Int(p.m * p.n)))
    inContractMode {
      withUnsafePointer(to: p) {
        kernels.product($0, a.base, b.base, addend.base, gate.base, c.base)
      }
    }
    let called = GuardedFloats(count: c.count)
    call(p, a.base, b.base, addend.base, gate.base, called.base)
    #expect(difference(called.values, c.values) == nil, "a call of \(p)")
    return c.values
  }

  /// The same product as a call that is fitted to it.
  private func call(
    _ p: ol_product, _ a: UnsafeMutablePointer<Float>, _ b: UnsafePointer<Float>,
    _ addend: UnsafePointer<Float>, _ gate: UnsafePointer<Float>, _ c: UnsafePointer<Float>
  ) {
    func place(_ x: UnsafePointer<Float>) -> Int32 { Int32(x - UnsafePointer(a)) }
    withUnsafePointer(to: p) {
      let call = ol_call(
        run: kernels.runner(Int32(OL_CALL_PRODUCT), $0), parameters: $0, operands: 0, a: 0,
        b: place(b), addend: place(addend), gate: place(gate), out: place(c), ahead: nil)
      withUnsafePointer(to: call) { ol_run(1, $0, a, nil) }
    }
  }

  /// c += a b, and whatever else `p` says, with `c` for the addend.
  func accumulate(_ p: ol_product, _ a: [Float], _ b: [Float], into c: [Float]) -> [Float] {
    let (a, b, c) = (GuardedFloats(a), GuardedFloats(b), GuardedFloats(c))
    inContractMode {
      withUnsafePointer(to: p) { kernels.product($0, a.base, b.base, c.base, c.base, c.base) }
    }
    return c.values
  }

  /// With the result in a buffer of its own, or over one of the operands.
  func elementwise(
    _ e: ol_elementwise, _ operands: [[Float]], over operand: Int? = nil
  ) -> [Float] {
    let buffers = operands.map { GuardedFloats($0) }
    let out = operand.map { buffers[$0] } ?? GuardedFloats(count: Int(e.rows * e.columns))
    let pointers = buffers.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
    withUnsafePointer(to: e) {
      let call = ol_call(
        run: kernels.runner(Int32(OL_CALL_ELEMENTWISE), $0), parameters: $0, operands: 0, a: 0,
        b: 0, addend: 0, gate: 0, out: 0, ahead: nil)
      withUnsafePointer(to: call) { ol_run(1, $0, out.base, pointers) }
    }
    withExtendedLifetime(buffers) {}
    return out.values
  }

  /// The results of one program on several sets of operands, each of a count of its own.
  func several(_ e: ol_elementwise, _ sets: [(count: Int, operands: [[Float]])]) -> [[Float]] {
    var several = ol_several()
    several.all = e
    several.all.columns = Int32(sets.map { ($0.count + 15) / 16 * 16 }.reduce(0, +))
    several.sets = Int32(sets.count)
    let results = sets.map { GuardedFloats(count: $0.count) }
    let buffers = zip(sets, results).flatMap { $0.operands.map { GuardedFloats($0) } + [$1] }
    for (index, set) in sets.enumerated() {
      let repeated = set.operands.enumerated().reduce(0) {
        $0 | ($1.element.count < set.count ? 1 << $1.offset : 0)
      }
      withUnsafeMutableBytes(of: &several.count) {
        $0.storeBytes(of: Int32(set.count), toByteOffset: 4 * index, as: Int32.self)
      }
      withUnsafeMutableBytes(of: &several.repeated) { $0[index] = UInt8(repeated) }
    }
    let pointers = buffers.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
    withUnsafePointer(to: several) {
      let call = ol_call(
        run: kernels.runner(Int32(OL_CALL_SEVERAL), $0), parameters: $0, operands: 0, a: 0,
        b: 0, addend: 0, gate: 0, out: 0, ahead: nil)
      withUnsafePointer(to: call) { ol_run(1, $0, results[0].base, pointers) }
    }
    withExtendedLifetime(buffers) {}
    return results.map(\.values)
  }

  /// The sum of `summed` rows at a time of an elementwise program's result.
  func sum(of e: ol_elementwise, summed: Int, _ operands: [[Float]]) -> [Float] {
    var e = e
    e.group_rows = Int32(summed)
    e.group_stride = e.row_stride
    withUnsafeMutableBytes(of: &e.group_stride) {
      for stride in $0.bindMemory(to: Int32.self).indices {
        $0.bindMemory(to: Int32.self)[stride] *= Int32(summed)
      }
    }
    let buffers = operands.map { GuardedFloats($0) }
    let out = GuardedFloats(count: Int(e.rows * e.columns) / summed)
    let pointers = buffers.map { UnsafePointer($0.base) as UnsafePointer<Float>? }
    inContractMode {
      withUnsafePointer(to: e) { kernels.sum_elementwise($0, pointers, out.base) }
    }
    withExtendedLifetime(buffers) {}
    return out.values
  }

  func convolution(
    _ example: ConvolutionTests.Example, guarded side: GuardedFloats.Side = .behind
  ) -> [Float] {
    let a = GuardedFloats(example.a, guarded: side)
    let b = GuardedFloats(example.b, guarded: side)
    let addend = GuardedFloats(example.epilogue.addend)
    let gate = GuardedFloats(example.epilogue.gate)
    let result = GuardedFloats(count: gate.count)
    let (kernel, kind) =
      switch example.role {
      case .forward: (kernels.convolve, OL_CALL_CONVOLVE)
      case .byInput: (kernels.convolve_by_input, OL_CALL_CONVOLVE_BY_INPUT)
      case .byFilter: (kernels.convolve_by_filter, OL_CALL_CONVOLVE_BY_FILTER)
      }
    inContractMode {
      withUnsafePointer(to: example.c) {
        kernel?($0, a.base, b.base, addend.base, gate.base, result.base)
      }
    }
    expectSameWhileFetching(
      kind, example.c, [a, b, addend, gate],
      onto: [Float](repeating: .nan, count: gate.count), result)
    return result.values
  }

  func sum(outer: Int, reduced: Int, inner: Int, _ x: [Float]) -> [Float] {
    let (x, out) = (GuardedFloats(x), GuardedFloats(count: outer * inner))
    inContractMode {
      kernels.sum(Int64(outer), Int64(reduced), Int64(inner), x.base, out.base)
    }
    return out.values
  }

  func transpose(rows: Int, columns: Int, _ x: [Float]) -> [Float] {
    let (x, out) = (GuardedFloats(x), GuardedFloats(count: rows * columns))
    inContractMode { kernels.transpose(Int64(rows), Int64(columns), x.base, out.base) }
    return out.values
  }

  func copy(_ shape: ol_copy, count: Int, _ x: [Float]) -> [Float] {
    let (x, out) = (GuardedFloats(x), GuardedFloats(count: count))
    inContractMode {
      withUnsafePointer(to: shape) { kernels.copy($0, x.base, out.base) }
    }
    return out.values
  }
}

func inContractMode<Result>(_ body: () -> Result) -> Result {
  let mode = ol_enter_float_mode()
  defer { ol_leave_float_mode(mode) }
  return body()
}
