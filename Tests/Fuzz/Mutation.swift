import NDArrays

extension RandomStream {
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func element<C: RandomAccessCollection>(of collection: C) -> C.Element? {
    collection.isEmpty
      ? nil : collection[collection.index(collection.startIndex, offsetBy: below(collection.count))]
  }

  /// One of the numbers at which code breaks, or any of any size.
  mutating func integer() -> UInt64 {
    let edges: [UInt64] = [
      0, 1, 2, 7, 8, 127, 128, 255, 256, 65_535, 1 << 20, 1 << 24, 1 << 28, 1 << 31 - 1, 1 << 31,
      1 << 32 - 1, 1 << 32, 1 << 61, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 1, .max,
    ]
    return below(2) == 0 ? edges[below(edges.count)] : next() >> UInt64(below(64))
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}

extension Record {
  /// Changes one thing somewhere in the tree of records.
  mutating func mutate(_ random: inout RandomStream, donor: Record) {
    guard let index = fields.indices.randomElement(using: &random) else {
      fields = donor.fields
      return
    }
    if case .record(var inner) = fields[index].value, random.below(8) > 0 {
      inner.mutate(&random, donor: donor)
      fields[index].value = .record(inner)
    } else if random.below(4) > 0 {
      fields[index].mutate(&random)
    } else {
      rearrange(index, &random, donor)
    }
  }

  /// Leaves out, repeats, exchanges or brings in fields.
  private mutating func rearrange(_ index: Int, _ random: inout RandomStream, _ donor: Record) {
    switch random.below(6) {
    case 0: fields.remove(at: index)
    case 1: fields.insert(fields[index], at: random.below(fields.count + 1))
    case 2: fields.swapAt(index, random.below(fields.count))
    case 3:
      fields += [Field](
        repeating: fields[index], count: 1 << min(random.below(10), random.below(10)))
    case 4:
      let empty = Field(tag: UInt64(1 + random.below(15)) << 3 | 2, value: .content([]))
      fields += [Field](repeating: empty, count: 1 << min(random.below(14), random.below(14)))
    default:
      let fields = random.below(2) == 0 ? donor.fields : donor.innermost(&random)
      self.fields.insert(contentsOf: fields.shuffled(using: &random).prefix(2), at: index)
    }
  }

  private func innermost(_ random: inout RandomStream) -> [Field] {
    let inner = fields.compactMap { field in
      if case .record(let record) = field.value { record } else { nil }
    }
    return random.element(of: inner)?.innermost(&random) ?? fields
  }
}

extension Record.Field {
  mutating func mutate(_ random: inout RandomStream) {
    switch random.below(16) {
    case 0: tag = tag & 7 | UInt64(random.below(20)) << 3
    case 1: tag = tag & ~7 | UInt64(random.below(8))
    default: value.mutate(&random)
    }
  }
}

extension Record.Value {
  fileprivate mutating func mutate(_ random: inout RandomStream) {
    switch self {
    case .integer: self = .integer(random.integer())
    case .fixed(let bytes): self = .fixed(bytes.mutated(&random))
    case .content(let bytes): self = Self.content(bytes).mutatedContent(bytes, &random)
    case .record(let record):
      self = Self.content(record.bytes).mutatedContent(record.bytes, &random)
    case .lie(_, let bytes): self = .content(bytes)
    }
  }

  private func mutatedContent(_ bytes: [UInt8], _ random: inout RandomStream) -> Self {
    switch random.below(6) {
    case 0: .lie(length: random.integer(), bytes)
    case 1: .content([])
    case 2: .content(bytes + bytes)
    case 3: .content(random.bytes(random.below(64)))
    default: .content(bytes.mutated(&random))
    }
  }
}

extension [UInt8] {
  /// With some byte or float in it changed, added or left out.
  func mutated(_ random: inout RandomStream) -> [UInt8] {
    guard !isEmpty else { return random.bytes(random.below(8)) }
    var result = self
    let index = random.below(count)
    switch random.below(8) {
    case 0, 1: result[index] ^= 1 << random.below(8)
    case 2: result[index] = UInt8(truncatingIfNeeded: random.next())
    case 3: result.insert(0, at: index)
    case 4: result.remove(at: index)
    case 5: result.removeLast(count - index)
    case 6: result.insert(contentsOf: random.bytes(1 + random.below(9)), at: index)
    default:
      let float = [Float.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude]
      let bits = (random.element(of: float) ?? 0).bitPattern
      for byte in 0..<4 where index & ~3 + byte < count {
        result[index & ~3 + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte))
      }
    }
    return result
  }
}
