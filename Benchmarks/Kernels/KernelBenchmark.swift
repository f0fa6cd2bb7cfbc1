import CKernels
import CPeak

/// A kernel call on memory of its own, with the operations that count as useful.
struct Workload {
  var name: String
  var flops: Int
  var bytes: Int
  var run: (ol_kernels) -> Void
}

/// Memory as the kernels want it, for the whole life of the process.
func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
  let bytes = (count * 4 + 63) / 64 * 64
  let base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    .bindMemory(to: Float.self, capacity: bytes / 4)
  for index in 0..<bytes / 4 { base[index] = Float(index % 17) / 16 - 0.5 }
  return base
}

extension Workload {
  enum Left { case plain, transposed }

  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ left: Left = .plain, scale: Float = 1,
    addend: Int = OL_ADDEND_NONE, gate: Int = OL_GATE_NONE
  ) -> Workload {
    var p = ol_product(
      m: Int32(m), n: Int32(n), k: Int32(k), a_row: Int32(k), a_column: 1, scale: scale,
      addend_scale: 1,
      addend: UInt8(addend), gate: UInt8(gate))
    if left == .transposed { (p.a_row, p.a_column) = (1, Int32(m)) }
    let (a, b, c) = (floats(m * k), floats(k * n), floats(m * n))
    let (added, gates) = (floats(m * n), floats(m * n))
    let form = left == .plain ? "nn" : "tn"
    let epilogue = [
      ["", "+row", "+matrix"][addend], ["", " relu", " gate"][gate], scale == 1 ? "" : " scaled",
    ]
    return Workload(
      name: "product \(form) [\(m),\(k)] [\(k),\(n)] \(epilogue.joined())", flops: 2 * m * n * k,
      bytes: 4 * (m * k + k * n + m * n)
    ) { kernels in
      withUnsafePointer(to: p) { kernels.product($0, a, b, added, gates, c) }
    }
  }

  /// One step over dense operands, the last of which may be one row for all.
  static func elementwise(
    _ name: String, _ operation: Int, operands: Int, rows: Int, columns: Int, lastIsRow: Bool
  ) -> Workload {
    var e = ol_elementwise()
    (e.rows, e.columns, e.group_rows) = (Int32(rows), Int32(columns), Int32(rows))
    (e.operands, e.steps) = (UInt8(operands), 1)
    let count = Int32(columns)
    (e.row_stride.0, e.row_stride.1, e.row_stride.2) = (count, count, count)
    (e.column_stride.0, e.column_stride.1, e.column_stride.2) = (1, 1, 1)
    if lastIsRow { e.row_stride.1 = 0 }
    let last = UInt8(operands - 1)
    e.step.0 = ol_step(
      operation: UInt8(operation), destination: UInt8(operands), a: 0, b: min(1, last), c: last,
      then: 0, d: 0, e: 0)
    let pointers = UnsafeMutablePointer<UnsafePointer<Float>?>.allocate(capacity: operands)
    for index in 0..<operands { (pointers + index).initialize(to: floats(rows * columns)) }
    let out = floats(rows * columns)
    return Workload(
      name: "\(name) [\(rows),\(columns)]", flops: rows * columns,
      bytes: 4 * rows * columns * (operands + 1)
    ) { kernels in
      withUnsafePointer(to: e) { kernels.elementwise($0, pointers, out) }
    }
  }

  static func sum(_ outer: Int, _ reduced: Int, _ inner: Int) -> Workload {
    let (x, out) = (floats(outer * reduced * inner), floats(outer * inner))
    return Workload(
      name: "sum [\(outer),\(reduced),\(inner)]", flops: outer * reduced * inner,
      bytes: 4 * outer * reduced * inner
    ) { $0.sum(Int64(outer), Int64(reduced), Int64(inner), x, out) }
  }

  static func transpose(_ rows: Int, _ columns: Int) -> Workload {
    let (x, out) = (floats(rows * columns), floats(rows * columns))
    return Workload(
      name: "transpose [\(rows),\(columns)]", flops: 0, bytes: 8 * rows * columns
    ) { $0.transpose(Int64(rows), Int64(columns), x, out) }
  }

  /// The shapes of a task of few-shot regression, and some larger and odder ones.
  static var products: [Workload] {
    [
      product(10, 40, 40, addend: OL_ADDEND_ROW, gate: OL_GATE_RELU),
      product(10, 40, 40, gate: OL_GATE_MATRIX),
      product(40, 40, 10, .transposed),
      product(40, 40, 10, .transposed, scale: -0.01, addend: OL_ADDEND_MATRIX),
      product(10, 40, 1, addend: OL_ADDEND_ROW, gate: OL_GATE_RELU),
      product(10, 40, 1, gate: OL_GATE_MATRIX),
      product(10, 1, 40, addend: OL_ADDEND_ROW),
      product(1, 40, 10),
      product(5, 40, 40), product(10, 64, 64), product(10, 100, 100), product(25, 256, 256),
      product(7, 13, 29), product(64, 64, 64),
    ]
  }

  static var others: [Workload] {
    [
      elementwise("add", OL_ADD, operands: 2, rows: 1, columns: 10, lastIsRow: false),
      elementwise("add", OL_ADD, operands: 2, rows: 1, columns: 40, lastIsRow: false),
      elementwise("add", OL_ADD, operands: 2, rows: 40, columns: 40, lastIsRow: false),
      elementwise("add row", OL_ADD, operands: 2, rows: 10, columns: 40, lastIsRow: true),
      elementwise("fma", OL_FMA, operands: 3, rows: 40, columns: 40, lastIsRow: false),
      elementwise("gate", OL_GATE, operands: 2, rows: 10, columns: 40, lastIsRow: false),
      elementwise("exp", OL_EXP, operands: 1, rows: 10, columns: 40, lastIsRow: false),
      elementwise("log", OL_LOG, operands: 1, rows: 10, columns: 40, lastIsRow: false),
      elementwise("tanh", OL_TANH, operands: 1, rows: 10, columns: 40, lastIsRow: false),
      elementwise("sin", OL_SIN, operands: 1, rows: 10, columns: 40, lastIsRow: false),
      sum(1, 10, 40), sum(1, 10, 1), sum(10, 40, 1), sum(1, 400, 1),
      transpose(40, 40), transpose(4096, 9),
    ]
  }
}

@main
struct KernelBenchmark {
  static func main() {
    for index in 0..<ol_kernels_count() {
      guard let kernels = ol_kernels_at(index)?.pointee else { continue }
      let peak = ol_fma_peak(kernels.name)
      print("\(String(cString: kernels.name)): peak \(peak.fixed(1, width: 0)) GFLOP/s")
      for workload in Workload.products { reportProduct(workload, kernels, peak) }
      for workload in Workload.others { reportOther(workload, kernels) }
      // The portable ones would take minutes.
      guard peak > 0 else { continue }
      for workload in Workload.convolutions {
        workload.flops > 0
          ? reportProduct(workload, kernels, peak) : reportOther(workload, kernels)
      }
    }
  }

  static func reportProduct(_ workload: Workload, _ kernels: ol_kernels, _ peak: Double) {
    let time = nanoseconds { workload.run(kernels) }
    let rate = Double(workload.flops) / time
    let share = peak > 0 ? (100 * rate / peak).fixed(0, width: 4) + " %" : ""
    print(
      "  \(workload.name.padded(46)) \(time.fixed(1, width: 9)) ns \(rate.fixed(1, width: 7)) GFLOP/s"
        + " \(share)")
  }

  static func reportOther(_ workload: Workload, _ kernels: ol_kernels) {
    let time = nanoseconds { workload.run(kernels) }
    let rate = Double(workload.bytes) / time
    print(
      "  \(workload.name.padded(46)) \(time.fixed(1, width: 9)) ns \(rate.fixed(1, width: 7)) GB/s")
  }

  /// Of one call, as the best of many rounds.
  static func nanoseconds(_ body: () -> Void) -> Double {
    let mode = ol_enter_float_mode()
    defer { ol_leave_float_mode(mode) }
    let clock = ContinuousClock()
    let once = clock.measure { for _ in 0..<10 { body() } }
    let calls = max(10, Int(Duration.microseconds(20) / (once / 10)))
    var best = Duration.seconds(1000)
    for _ in 0..<200 { best = min(best, clock.measure { for _ in 0..<calls { body() } }) }
    return best / .nanoseconds(calls)
  }
}

extension Double {
  /// With this many digits behind the point, filled with spaces in front.
  func fixed(_ digits: Int, width: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let whole = Int((self * scale).rounded())
    let fraction = digits == 0 ? "" : "." + String(whole % Int(scale) + Int(scale)).dropFirst()
    let text = String(whole / Int(scale)) + fraction
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension String {
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
