/// Digits in groups of three, apart by commas.
func grouped(_ value: Int) -> String {
  let digits = String(value.magnitude)
  let groups = digits.enumerated().map { index, digit in
    let rest = digits.count - index
    return index > 0 && rest % 3 == 0 ? ",\(digit)" : "\(digit)"
  }
  return (value < 0 ? "-" : "") + groups.joined()
}

/// Whole, or with one decimal where it counts.
func rate(_ value: Double) -> String {
  guard value >= 0, value < 1e15 else { return "?" }
  return value < 10 ? fixed(value, places: 1) : grouped(Int(value.rounded()))
}

/// With three digits after the point, or in powers of ten where those would hide the number.
func short(_ value: Float) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
  let magnitude = abs(Double(value))
  if magnitude >= 100_000 || magnitude > 0 && magnitude < 0.001 { return scientific(Double(value)) }
  return fixed(Double(value), places: 3)
}

/// Such as `1.25e-5`.
private func scientific(_ value: Double) -> String {
  var (mantissa, exponent) = (value, 0)
  while abs(mantissa) >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while abs(mantissa) < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  return "\(fixed(mantissa, places: 2))e\(exponent)"
}

/// With `places` digits after the point; no point without them. Halves are rounded away from zero.
func fixed(_ value: Double, places: Int) -> String {
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let sign = value < 0 && scaled > 0 ? "-" : ""
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
}

/// The two largest units: `1 h 05 min`, `2 min 30 s`, `45 s`.
func short(_ duration: Duration) -> String {
  let seconds = max(0, duration.components.seconds)
  func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
  switch seconds {
  case ..<60: return "\(seconds) s"
  case ..<3600: return "\(seconds / 60) min \(two(seconds % 60)) s"
  case ..<86_400: return "\(seconds / 3600) h \(two(seconds / 60 % 60)) min"
  default: return "\(seconds / 86_400) d \(two(seconds / 3600 % 24)) h"
  }
}
