import CKernels
import Testing

@Suite struct PagesTests {
  #if os(Linux)
    /// Whatever is not a whole page of the memory given back may belong to others.
    @Test(arguments: [(0, 0), (0, 3 * 65536), (1, 3 * 65536), (64, 200_001), (5, 100)])
    func onlyWholePagesAreGivenBack(start: Int, count: Int) {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 65536)
      defer { memory.deallocate() }
      _ = memory.initializeMemory(as: UInt8.self, repeating: 7)
      ol_give_pages_back(memory.baseAddress?.advanced(by: start), Int64(count))
      let lost = memory.indices.filter { memory[$0] == 0 }
      #expect(memory.allSatisfy { $0 == 0 || $0 == 7 })
      #expect(lost.count.isMultiple(of: 4096))
      #expect(lost.allSatisfy { start..<start + count ~= $0 })
      // No page is larger than this, of those that programs have without asking.
      #expect(lost.count > count - 2 * 65536)
    }
  #endif
}
