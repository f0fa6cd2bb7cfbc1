/// The sine of an angle in radians, with the same bits on every machine.
///
/// Only operations that IEEE 754 rounds in one way are used, and none of the platform's functions.
/// The error is below 1e-12 for angles up to 1e4; far beyond, digits of the angle are lost.
public func sine(_ x: Double) -> Double { quarterTurns(x, from: 0) }

/// The cosine of an angle in radians; as exact and as portable as ``sine(_:)``.
public func cosine(_ x: Double) -> Double { quarterTurns(x, from: 1) }

/// The sine of `x` and `quarter` quarter turns more.
private func quarterTurns(_ x: Double, from quarter: Double) -> Double {
  let turns = (x * 0.636_619_772_367_581_4).rounded(.toNearestOrEven)
  // π/2 in three parts. The first two have 33 bits, so that their products with `turns` are exact.
  let near = (x - turns * 0x1.921f_b544p+0) - turns * 0x1.0b46_11a6p-34
  let rest = near - turns * 0x1.3198_a2e0_3707_3p-69
  let phase = turns + quarter
  return switch phase - 4 * (phase / 4).rounded(.down) {
  case 0: sineSeries(rest)
  case 1: cosineSeries(rest)
  case 2: -sineSeries(rest)
  default: -cosineSeries(rest)
  }
}

/// Taylor's series up to the 17th power: exact to the last bits for `|x| ≤ π/4`.
private func sineSeries(_ x: Double) -> Double {
  let square = x * x
  return x * stride(from: 16.0, through: 2, by: -2).reduce(1) { 1 - square * $0 / ($1 * ($1 + 1)) }
}

/// Taylor's series up to the 18th power.
private func cosineSeries(_ x: Double) -> Double {
  let square = x * x
  return stride(from: 18.0, through: 2, by: -2).reduce(1) { 1 - square * $0 / ($1 * ($1 - 1)) }
}
