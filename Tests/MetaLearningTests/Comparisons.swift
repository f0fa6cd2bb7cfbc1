import Testing

/// Each number agrees to `tolerance`, relative where the numbers are large.
func expectEqual(
  _ actual: [[Double]], _ expected: [[Double]], to tolerance: Double = 1e-12,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(actual.map(\.count) == expected.map(\.count), sourceLocation: location)
  for (a, b) in zip(actual.flatMap { $0 }, expected.flatMap { $0 }) {
    #expect(abs(a - b) <= tolerance * max(1, abs(b)), sourceLocation: location)
  }
}
