import Foundation
import NDArrays

/// Floats as kernels expect them: aligned to 64 bytes, padded to a multiple of 64, with what is no
/// number in the padding. Pages that may not be touched lie right behind the padding and somewhere before
/// the floats, or right before them and somewhere behind.
final class GuardedFloats {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int

  enum Side: CaseIterable { case before, behind }

  init(_ values: [Float], guarded side: Side = .behind) {
    count = values.count
    let bytes = max((values.count + 15) / 16, 1) * 64
    let page = Int(getpagesize())
    let usable = (bytes + page - 1) / page * page
    mappedBytes = page + usable + page
    guard
      let mapping = mmap(
        nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapping != MAP_FAILED, mprotect(mapping, page, PROT_NONE) == 0,
      mprotect(mapping + page + usable, page, PROT_NONE) == 0
    else { preconditionFailure("no memory for \(bytes) bytes and guard pages") }
    self.mapping = mapping
    let start = mapping + page + (side == .before ? 0 : usable - bytes)
    base = start.bindMemory(to: Float.self, capacity: bytes / 4)
    base.initialize(repeating: .nan, count: bytes / 4)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  convenience init(count: Int) { self.init([Float](repeating: .nan, count: count)) }

  deinit { munmap(mapping, mappedBytes) }

  var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

extension RandomStream {
  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in uniform(range) }
  }

  mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[pick(0...choices.count - 1)]
  }
}

/// Where two results first differ in their bits; what is no number equals whatever else is none.
func difference(_ a: [Float], _ b: [Float]) -> String? {
  guard a.count == b.count else { return "\(a.count) and \(b.count) values" }
  for index in a.indices where a[index].bitPattern != b[index].bitPattern {
    if a[index].isNaN && b[index].isNaN { continue }
    return "\(a[index]) and \(b[index]) at \(index) of \(a.count)"
  }
  return nil
}
