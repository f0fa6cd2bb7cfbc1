import CKernels
import Testing

extension Table {
  /// A convolution as a call which fetches meanwhile: its own operand, and what may not even be read.
  func expectSameWhileFetching(
    _ kind: Int, _ c: ol_convolution, _ operands: [GuardedFloats], onto former: [Float],
    _ expected: GuardedFloats
  ) {
    let result = GuardedFloats(former)
    let base = operands[0].base
    let places = (operands + [result]).map { Int32($0.base - base) }
    var ahead = ol_ahead()
    ahead.ranges = 2
    ahead.first = (0, Int32(operands[0].count), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    ahead.count = (Int32(operands[0].count), 1 << 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafePointer(to: c) { parameters in
      withUnsafePointer(to: ahead) { ahead in
        let call = ol_call(
          run: kernels.runner(Int32(kind), parameters), parameters: parameters, operands: 0,
          a: 0, b: places[1], addend: places[2], gate: places[3], out: places[4], ahead: ahead)
        withUnsafePointer(to: call) { ol_run(1, $0, base, nil) }
      }
    }
    #expect(difference(result.values, expected.values) == nil, "a call of kind \(kind), \(c)")
  }
}
