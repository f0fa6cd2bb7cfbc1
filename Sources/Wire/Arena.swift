import CProtobufC

/// Memory of a fixed size, handed out from front to back and taken back all at once.
///
/// Parsing takes all its memory from one, so no frame can make it take more than was meant.
struct Arena: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// The part of the memory that may be used until the next reset.
  private var limit = 0
  private var used = 0

  deinit { memory.deallocate() }

  /// Takes everything back and offers `byteCount` bytes; memory that is large enough is kept.
  mutating func reset(byteCount: Int) {
    if memory.count < byteCount {
      memory.deallocate()
      memory = .allocate(byteCount: byteCount, alignment: 16)
    }
    (limit, used) = (byteCount, 0)
  }

  /// Takes everything back, and keeps no more memory than so much.
  mutating func release(downTo byteCount: Int) {
    (limit, used) = (0, 0)
    guard memory.count > byteCount else { return }
    memory.deallocate()
    memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  /// The next bytes, at a multiple of 16; `nil` if there are too few left.
  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard byteCount <= limit - used else { return nil }
    defer { used = min(limit, (used + byteCount + 15) & ~15) }
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
