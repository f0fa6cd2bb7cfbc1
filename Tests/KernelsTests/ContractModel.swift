import CKernels

/// The arithmetic contract, one element at a time. Run it in the contract's floating-point mode.
enum ContractModel {
  /// Interleaved partial sums and how they are joined: the second half is added to the first.
  struct PartialSums {
    private var parts: [Float]

    init(_ count: Int) { parts = [Float](repeating: 0, count: count) }

    mutating func add(_ value: Float, at index: Int) { parts[index % parts.count] += value }

    mutating func add(_ a: Float, times b: Float, at index: Int) {
      let part = index % parts.count
      parts[part] = parts[part].addingProduct(a, b)
    }

    var joined: Float {
      var parts = parts
      while parts.count > 1 {
        parts = zip(parts[..<(parts.count / 2)], parts[(parts.count / 2)...]).map { $0 + $1 }
      }
      return parts[0]
    }
  }

  static func product(
    _ p: ol_product, _ a: [Float], _ b: [Float], _ addend: [Float], _ gate: [Float]
  ) -> [Float] {
    (0..<Int(p.m)).flatMap { i in
      (0..<Int(p.n)).map { j in element(p, i, j, a, b, addend, gate) }
    }
  }

  private static func element(
    _ p: ol_product, _ i: Int, _ j: Int, _ a: [Float], _ b: [Float], _ addend: [Float],
    _ gate: [Float]
  ) -> Float {
    let place = i * Int(p.n) + j
    let plain: Float? =
      switch Int(p.addend) {
      case OL_ADDEND_ROW: addend[j]
      case OL_ADDEND_MATRIX: addend[place]
      default: nil
      }
    let added = p.addend_scale == 1 ? plain : plain.map { $0 * p.addend_scale }
    let isSum = p.n == 1 && p.a_column == 1
    let startsAtAddend = p.scale == 1 && !isSum
    let sum = contraction(p, i, j, a, b, from: startsAtAddend ? added ?? 0 : 0)
    let result = startsAtAddend ? sum : scaled(sum, p.scale, added)
    switch Int(p.gate) {
    case OL_GATE_RELU: return result > 0 ? result : 0
    case OL_GATE_MATRIX: return gate[place] > 0 ? result : 0
    default: return result
    }
  }

  private static func contraction(
    _ p: ol_product, _ i: Int, _ j: Int, _ a: [Float], _ b: [Float], from start: Float
  ) -> Float {
    let (n, row, column) = (Int(p.n), Int(p.a_row), Int(p.a_column))
    if n == 1 && column == 1 {
      var sums = PartialSums(8)
      for k in 0..<Int(p.k) { sums.add(a[i * row + k], times: b[k], at: k) }
      return sums.joined
    }
    var chain = start
    for k in 0..<Int(p.k) { chain = chain.addingProduct(a[i * row + k * column], b[k * n + j]) }
    return chain
  }

  private static func scaled(_ sum: Float, _ scale: Float, _ addend: Float?) -> Float {
    guard let addend else { return scale == 1 ? sum : scale * sum }
    return scale == 1 ? sum + addend : addend.addingProduct(scale, sum)
  }

  static func sum(outer: Int, reduced: Int, inner: Int, _ x: [Float]) -> [Float] {
    (0..<outer).flatMap { o in
      (0..<inner).map { i in
        var sums = PartialSums(inner == 1 ? 64 : 8)
        for r in 0..<reduced { sums.add(x[(o * reduced + r) * inner + i], at: r) }
        return sums.joined
      }
    }
  }

  /// One step; `nil` for the functions that are polynomials.
  static func step(_ operation: UInt8, _ a: Float, _ b: Float, _ c: Float) -> Float? {
    switch Int(operation) {
    case OL_ADD: a + b
    case OL_SUBTRACT: a - b
    case OL_MULTIPLY: a * b
    case OL_DIVIDE: a / b
    case OL_MAXIMUM: flushed(a > b ? a : b)
    case OL_MINIMUM: flushed(a < b ? a : b)
    case OL_GATE: b > 0 ? a : 0
    case OL_FMA: c.addingProduct(a, b)
    case OL_NEGATE: -a
    case OL_SQRT: a.squareRoot()
    case OL_COPY: a
    default: nil
    }
  }

  /// The operation after a value in the same step.
  static func then(_ operation: UInt8, _ t: Float, _ d: Float, _ e: Float) -> Float? {
    switch Int(operation) {
    case OL_THEN_NOTHING: t
    case OL_THEN_ADD: step(UInt8(OL_ADD), t, d, e)
    case OL_THEN_SUBTRACT: step(UInt8(OL_SUBTRACT), t, d, e)
    case OL_THEN_SUBTRACT_FROM: step(UInt8(OL_SUBTRACT), d, t, e)
    case OL_THEN_MULTIPLY: step(UInt8(OL_MULTIPLY), t, d, e)
    case OL_THEN_FMA: step(UInt8(OL_FMA), t, d, e)
    case OL_THEN_ADD_TO_PRODUCT: step(UInt8(OL_FMA), d, e, t)
    case OL_THEN_GATE: step(UInt8(OL_GATE), t, d, e)
    case OL_THEN_GATE_OTHER: step(UInt8(OL_GATE), d, t, e)
    case OL_THEN_RELU: step(UInt8(OL_GATE), t, t, e)
    case OL_THEN_SQUARE: t * t
    default: nil
    }
  }

  /// Without arithmetic, which the mode would have a say in.
  static func flushed(_ x: Float) -> Float {
    let isSubnormal = x.bitPattern & 0x7f80_0000 == 0
    return isSubnormal ? Float(bitPattern: x.bitPattern & 0x8000_0000) : x
  }
}
