internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

/// The kernel calls of a program, flat, with offsets into an arena. Immutable once made.
final class Code: @unchecked Sendable {
  let prologue: UnsafeBufferPointer<ol_call>
  let body: UnsafeBufferPointer<ol_call>
  /// The instructions that each call of the body computes.
  let computed: [Range<ValueID>]
  /// The parameters of all calls, which the calls point into.
  private let parameters: UnsafeMutableRawPointer
  let pointerOffsets: [Int32]
  /// An input that nobody reads has no place.
  let inputs: [(offset: Int?, count: Int)]
  let results: [(offset: Int, count: Int)]

  init(_ schedule: Schedule, _ plan: MemoryPlan, _ kernels: Kernels) {
    let program = schedule.program
    var lowering = Lowering(schedule: schedule, plan: plan)
    lowering.lower()
    let parameters = lowering.parameters.frozen()
    self.parameters = parameters
    func calls(_ operations: [Operation]) -> UnsafeBufferPointer<ol_call> {
      let calls = UnsafeMutableBufferPointer<ol_call>.allocate(capacity: operations.count)
      _ = calls.initialize(from: operations.map { $0.call(kernels, parameters) })
      return UnsafeBufferPointer(calls)
    }
    prologue = calls(lowering.prologue)
    body = calls(lowering.body)
    computed = lowering.computed
    pointerOffsets = lowering.pointerOffsets
    inputs = program.inputs.enumerated().map { index, input in
      let place = program.instructions.firstIndex { $0.primitive == .input(index) }
      return (place.map { plan.offsets[$0] }, input.shape.count)
    }
    results = program.results.map { (plan.offsets[$0], program.instructions[$0].shape.count) }
  }

  deinit {
    prologue.deallocate()
    body.deallocate()
    parameters.deallocate()
  }

  var pointerTableBytes: Int { pointerOffsets.count * MemoryLayout<Int>.size }
}

extension Code {
  /// One call: which kernel, where its parameters begin, and where its values stand.
  struct Operation {
    /// One of the kernels' `OL_CALL_` numbers.
    var kind: Int
    /// In bytes from the first parameters on.
    var parameters: Int
    /// Where the pointers to an elementwise call's operands start.
    var pointers: Int32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var addend: Int32 = 0
    var gate: Int32 = 0
    var out: Int32 = 0
    /// What later calls read and write, likewise in bytes from the first parameters on.
    var ahead: Int?

    fileprivate func call(_ kernels: Kernels, _ all: UnsafeMutableRawPointer) -> ol_call {
      let parameters = UnsafeRawPointer(all + parameters)
      guard let run = kernels.table.pointee.runner(Int32(kind), parameters) else {
        preconditionFailure("\(kernels) have no kernel \(kind)")
      }
      return ol_call(
        run: run, parameters: parameters, operands: pointers, a: a, b: b, addend: addend,
        gate: gate, out: out,
        ahead: ahead.map { (all + $0).assumingMemoryBound(to: ol_ahead.self) }
          .map { UnsafePointer($0) })
    }
  }

  /// Parameters of calls of any kind, one after the other.
  struct Parameters {
    private var bytes: [UInt8] = []
    /// Where those are that were added before. Looked up, never iterated.
    private var known: [[UInt8]: Int] = [:]
    private static let alignment = 8

    /// Adds the parameters of one call, unless there are such; answers where they begin.
    mutating func append<T: BitwiseCopyable>(_ value: T) -> Int {
      let record = withUnsafeBytes(of: value) { Array($0) }
      if let start = known[record] { return start }
      let start = bytes.count
      known[record] = start
      bytes += record
      while bytes.count % Self.alignment != 0 { bytes.append(0) }
      return start
    }

    fileprivate func frozen() -> UnsafeMutableRawPointer {
      let copy = UnsafeMutableRawPointer.allocate(
        byteCount: bytes.count, alignment: Self.alignment)
      copy.copyMemory(from: bytes, byteCount: bytes.count)
      return copy
    }
  }
}
