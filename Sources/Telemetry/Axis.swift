/// A range of numbers laid along a range of pixels.
struct Axis {
  var domain: ClosedRange<Double>
  /// Where the ends of the domain are drawn; upwards axes have the larger number first.
  var start: Double
  var end: Double

  func position(_ value: Double) -> Double {
    start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
  }

  /// Round numbers in the domain, about `count` or fewer: one, two or five times a power of ten
  /// apart. None where the domain is too narrow for its distance from zero.
  func ticks(_ count: Int) -> [Tick] {
    let step = Self.step((domain.upperBound - domain.lowerBound) / Double(count))
    let first = (domain.lowerBound / step.size).rounded(.up)
    let last = (domain.upperBound / step.size).rounded(.down)
    // Further from zero, neighbouring ticks would not differ in a double's digits.
    guard first <= last, max(abs(first), abs(last)) < 1e12 else { return [] }
    return (Int(first)...Int(last)).map { index in
      let value = Double(index) * step.size
      let label = fixed(value, places: step.places)
      return Tick(value: value, label: label.hasPrefix("-") ? "−" + label.dropFirst() : label)
    }
  }

  struct Tick {
    var value: Double
    var label: String
  }

  /// The smallest round step that is no less than `least`, and the decimals that it needs.
  private static func step(_ least: Double) -> (size: Double, places: Int) {
    var (power, exponent) = (1.0, 0)
    while power * 10 <= least { (power, exponent) = (power * 10, exponent + 1) }
    while power > least { (power, exponent) = (power / 10, exponent - 1) }
    let factor = [1.0, 2, 5].first { power * $0 >= least * 0.999_999 } ?? 10
    return (power * factor, max(0, -exponent - (factor == 10 ? 1 : 0)))
  }
}

extension ClosedRange<Double> {
  /// The range of the drawable ones of `values`, and some room around; around zero if there are none.
  init(around values: [Double], room: Double) {
    let drawable = values.filter(\.isDrawable)
    let (low, high) = (drawable.min() ?? 0, drawable.max() ?? 0)
    let span = high - low
    let margin = span > 0 ? span * room : Swift.max(1, abs(low)) / 2
    self = (low - margin)...(high + margin)
  }
}

extension Double {
  /// Whether there is a place for the number in a picture: not for NaN, nor beyond all reason.
  var isDrawable: Bool { abs(self) < 1e100 }
}
