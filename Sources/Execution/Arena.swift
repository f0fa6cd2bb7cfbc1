internal import CKernels
internal import Compiler
internal import Graphs

/// The memory of one executable on one thread.
///
/// Sendable because it may be handed to the thread that will use it; two threads never share one.
public final class Arena: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int
  /// The operands of every elementwise call, in the order of the calls.
  let pointers: UnsafeMutablePointer<UnsafePointer<Float>?>
  let code: Code
  private let executable: Executable

  public init(for executable: Executable) {
    self.executable = executable
    code = executable.code
    bytes = max(executable.plan.peakBytes, 64)
    base = Self.allocate(bytes).bindMemory(
      to: Float.self, capacity: bytes / MemoryLayout<Float>.size)
    base.initialize(repeating: 0, count: bytes / MemoryLayout<Float>.size)
    pointers = .allocate(capacity: max(code.pointerOffsets.count, 1))
    for (index, offset) in code.pointerOffsets.enumerated() {
      (pointers + index).initialize(to: UnsafePointer(base + Int(offset)))
    }
  }

  /// The process may keep what is freed for what it allocates next; an arena is too large to lie idle.
  deinit {
    ol_give_pages_back(base, Int64(bytes))
    base.deallocate()
    pointers.deallocate()
  }

  /// In large pages, as far as they are filled: an arena is read and written all over in every run, and
  /// small pages are then more than the processor remembers where they are.
  private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard bytes >= leastInLargePages else { return .allocate(byteCount: bytes, alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: largePage)
    ol_ask_for_large_pages(memory, Int64(bytes / largePage * largePage))
    return memory
  }

  private static let largePage = 2 << 20
  /// A smaller arena would leave much of its last page to small ones.
  private static let leastInLargePages = 2 * largePage

  /// Writes the input of this index.
  public func write(_ values: UnsafeBufferPointer<Float>, toInput index: Int) {
    let input = code.inputs[index]
    precondition(values.count == input.count, "input \(index) has \(input.count) elements")
    guard let source = values.baseAddress, let offset = input.offset else { return }
    (base + offset).update(from: source, count: input.count)
  }

  /// Has the input of this index written where it stands, unless nobody reads it.
  public func write(
    toInput index: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let input = code.inputs[index]
    guard let offset = input.offset else { return }
    body(UnsafeMutableBufferPointer(start: base + offset, count: input.count))
  }

  public func write(_ values: [Float], toInput index: Int) {
    values.withUnsafeBufferPointer { write($0, toInput: index) }
  }

  /// The result of this index, valid until the next run.
  public func result(_ index: Int) -> UnsafeBufferPointer<Float> {
    let result = code.results[index]
    return UnsafeBufferPointer(start: base + result.offset, count: result.count)
  }
}

extension Executable {
  /// Prepares and runs in an arena of its own: for tests and for what runs once.
  public func callAsFunction(_ inputs: [[Float]]) -> [[Float]] {
    let arena = Arena(for: self)
    for (index, values) in inputs.enumerated() { arena.write(values, toInput: index) }
    prepare(arena)
    run(arena)
    return program.results.indices.map { Array(arena.result($0)) }
  }
}
