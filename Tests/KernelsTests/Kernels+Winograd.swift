import CKernels

/// Winograd's convolutions, called with arrays on guarded buffers.
extension Table {
  func winograd(
    _ c: ol_convolution, _ x: [Float], _ u: [Float], _ e: ContractModel.Epilogue
  ) -> [Float] {
    images(
      c, x, u, e, count: Int(c.images * c.down * c.across * c.outputs), kernels.winograd,
      OL_CALL_WINOGRAD)
  }

  func winogradByInput(
    _ c: ol_convolution, _ y: [Float], _ u: [Float], _ e: ContractModel.Epilogue
  ) -> [Float] {
    images(
      c, y, u, e, count: Int(c.images * c.height * c.width * c.inputs), kernels.winograd_by_input,
      OL_CALL_WINOGRAD_BY_INPUT)
  }

  private func images(
    _ c: ol_convolution, _ a: [Float], _ u: [Float], _ e: ContractModel.Epilogue, count: Int,
    _ kernel: Convolution?, _ kind: Int
  ) -> [Float] {
    let (a, u) = (GuardedFloats(a), GuardedFloats(u))
    let (addend, gate) = (GuardedFloats(e.addend), GuardedFloats(e.gate))
    let result = GuardedFloats(count: count)
    inContractMode {
      withUnsafePointer(to: c) {
        kernel?($0, a.base, u.base, addend.base, gate.base, result.base)
      }
    }
    expectSameWhileFetching(
      kind, c, [a, u, addend, gate], onto: [Float](repeating: .nan, count: count), result)
    return result.values
  }

  /// Goes on from `onto` where the convolution does.
  func winogradByFilter(
    _ c: ol_convolution, _ x: [Float], _ y: [Float], onto former: [Float] = []
  ) -> [Float] {
    let (x, y) = (GuardedFloats(x), GuardedFloats(y))
    let count = 16 * Int(c.inputs * c.outputs)
    let result = former.isEmpty ? GuardedFloats(count: count) : GuardedFloats(former)
    inContractMode {
      withUnsafePointer(to: c) { kernels.winograd_by_filter($0, x.base, y.base, result.base) }
    }
    expectSameWhileFetching(
      OL_CALL_WINOGRAD_BY_FILTER, c, [x, y, x, y],
      onto: former.isEmpty ? [Float](repeating: .nan, count: count) : former, result)
    return result.values
  }

  func winogradFilter(_ f: [Float]) -> [Float] {
    let (f, u) = (GuardedFloats(f), GuardedFloats(count: f.count / 9 * 16))
    inContractMode { kernels.winograd_filter(Int64(f.count / 9), f.base, u.base) }
    return u.values
  }

  func winogradGradient(_ m: [Float]) -> [Float] {
    let (m, f) = (GuardedFloats(m), GuardedFloats(count: m.count / 16 * 9))
    inContractMode { kernels.winograd_gradient(Int64(m.count / 16), m.base, f.base) }
    return f.values
  }
}
