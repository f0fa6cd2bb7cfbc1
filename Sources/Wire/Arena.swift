import CProtobufC

/// Memory of a fixed size, handed out from front to back and given back all at once.
///
/// Parsing takes all its memory from one, so no frame can make it take more than was meant.
struct Arena: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  private var used = 0

  init(byteCount: Int) {
    memory = .allocate(byteCount: byteCount, alignment: 16)
  }

  func deallocate() { memory.deallocate() }

  /// The next bytes, at a multiple of 16; `nil` if there are too few left.
  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard byteCount <= memory.count - used else { return nil }
    defer { used = min(memory.count, (used + byteCount + 15) & ~15) }
    return memory.baseAddress?.advanced(by: used)
  }

  /// Calls `body` with an allocator for C whose memory is this arena's.
  mutating func withAllocator<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> R) -> R {
    withUnsafeMutablePointer(to: &self) { arena in
      var allocator = ProtobufCAllocator(
        alloc: { arena, byteCount in
          arena?.assumingMemoryBound(to: Arena.self).pointee.allocate(byteCount)
        },
        free: { _, _ in },
        allocator_data: arena)
      return body(&allocator)
    }
  }
}
