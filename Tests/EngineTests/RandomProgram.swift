import Graphs
import NDArrays

/// Programs made up from a seed: any operation, shapes that broadcast, values read many times.
struct RandomProgram {
  private var random: RandomBits

  /// A program over three matrices and a row, with gradients of its loss among the results.
  static func program(seed: UInt64) -> Program {
    var writer = RandomProgram(random: RandomBits(state: seed))
    let (rows, columns) = (1 + writer.pick(7), 1 + writer.pick(7))
    let inputs = [
      Program.Input("a", [rows, columns]), Program.Input("b", [rows, columns], role: .parameter),
      Program.Input("w", [columns, columns], role: .parameter), Program.Input("row", [columns]),
    ]
    return Program.trace(inputs) { x in writer.results(x, rows: rows, columns: columns) }
  }

  static func inputs(_ program: Program, seed: UInt64) -> [[Double]] {
    var random = RandomBits(state: seed)
    return program.inputs.map { input in
      (0..<input.shape.count).map { _ in Double(Float(random.unit() * 2 - 1)) }
    }
  }

  private mutating func results(_ x: [Tensor], rows: Int, columns: Int) -> [Tensor] {
    var pool = [x[0], x[1], matmul(x[0], x[2]), x[0] + x[3]]
    for _ in 0..<(4 + pick(14)) { pool.append(step(pool, x)) }
    let loss = (pool[pool.count - 1] * pool[pool.count - 2]).mean
    let slopes = gradient(of: loss, at: [x[1], x[2], x[3]])
    return [loss, pool[pool.count - 3]] + slopes
  }

  private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  /// One more `[rows, columns]` matrix from those there are.
  private mutating func step(_ pool: [Tensor], _ x: [Tensor]) -> Tensor {
    let (a, b) = (pool[pick(pool.count)], pool[pick(pool.count)])
    switch pick(20) {
    case 0: return a + b
    case 1: return a - b
    case 2: return a * b
    case 3: return a / (b.squared + 1)
    case 4: return a.tanh
    case 5: return (0.3 * a).exp
    case 6: return a.relu
    case 7: return a.gated(by: b)
    case 8: return Tensor.maximum(a, b)
    case 9: return matmul(a, x[2])
    case 10: return matmul(a, transposed: x[2])
    case 11: return matmul(matmul(a, transposed: b), a)
    case 12: return matmul(matmul(transposed: a, b).transposed, transposed: a).transposed
    case 13: return a - a.sum(to: [a.shape[0], 1])
    case 14: return a * b.sum(to: [a.shape[1]])
    case 15: return a.reshaped(to: [a.shape.count]).sin.reshaped(to: a.shape)
    case 16: return (a.squared + 0.5).squareRoot + x[3]
    case 17: return a * b.element(pick(b.shape.count))
    case 18: return a - a.sum.placed(at: pick(a.shape.count), in: a.shape).sin
    default: return 0.5 * a + a.stopped.cos
    }
  }
}

/// A small generator for tests: the same seed, the same bits.
struct RandomBits: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
