/// A place that random numbers come from: a path of indices from a seed.
///
/// Randomness is looked up, not consumed. A key's children are independent of each other and of the
/// order they are asked for, so whatever is drawn for step 7, task 3 is the same on every machine,
/// however often and wherever it is drawn.
public struct RandomKey: Hashable, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = mixed(seed &+ increment) }

  /// The key one step further along the path.
  public func child(_ index: UInt64) -> RandomKey {
    var child = self
    child.state = mixed(state ^ mixed(index &+ increment))
    return child
  }

  /// The numbers that belong to this key, from the first one on.
  public var stream: RandomStream { RandomStream(state: mixed(~state)) }
}

/// A sequence of random numbers with the same bits on every machine.
///
/// Nothing here is of the platform: uniform draws are exact, and the logarithm is our own.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64

  fileprivate init(state: UInt64) { self.state = state }

  public mutating func next() -> UInt64 {
    state &+= increment
    return mixed(state)
  }

  /// One of the `2^24` evenly spaced numbers from zero on, below one.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// One of `2^23` evenly spaced numbers between zero and one, and never either of them.
  public mutating func innerUniform() -> Float { Float(next() >> 41) * 0x1p-23 + 0x1p-24 }

  /// Evenly spread over the range; the upper bound is met by rounding alone.
  public mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    min(range.lowerBound + uniform() * (range.upperBound - range.lowerBound), range.upperBound)
  }

  /// A draw of mean zero and deviation one.
  ///
  /// - Source: Marsaglia & Bray 1964, the polar method; of its two draws one is kept.
  public mutating func normal() -> Float {
    while true {
      let (x, y) = (signedUnit(), signedUnit())
      let square = x * x + y * y
      if square > 0, square < 1 {
        return Float(x * (-2 * logarithm(square) / square).squareRoot())
      }
    }
  }

  /// A normal draw of this deviation before truncation, redrawn while it is more than two of them
  /// from zero.
  public mutating func truncatedNormal(deviation: Float) -> Float {
    while true {
      let draw = normal()
      if abs(draw) <= 2 { return deviation * draw }
    }
  }

  /// Between -1 and 1, in steps of `2^-52`.
  private mutating func signedUnit() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }
}

/// The natural logarithm of a positive number, in operations that IEEE 754 rounds alike everywhere.
private func logarithm(_ x: Double) -> Double {
  let (significand, exponent) = (x.significand, Double(x.exponent))
  // Between √½ and √2, where the series in (s - 1) / (s + 1) needs ten terms.
  let isHigh = significand > 1.414_213_562_373_095_1
  let s = isHigh ? significand / 2 : significand
  let ratio = (s - 1) / (s + 1)
  let square = ratio * ratio
  let series = stride(from: 21.0, through: 1, by: -2).reduce(0) { $0 * square + 1 / $1 }
  return (isHigh ? exponent + 1 : exponent) * 0.693_147_180_559_945_3 + 2 * ratio * series
}

/// The golden ratio's fractional part, of 64 bits; odd, so that multiples of it visit every state.
private let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

/// Spreads each bit over all; a bijection.
///
/// - Source: Steele, Lea & Flood 2014, "Fast Splittable Pseudorandom Number Generators", with the
///   constants of Stafford's 13th variant.
private func mixed(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
