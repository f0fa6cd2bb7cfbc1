internal import CKernels

/// The arithmetic of one instruction set. All of them compute the same bits.
public struct Kernels: @unchecked Sendable, CustomStringConvertible {
  // A constant table of function pointers, never written.
  let table: UnsafePointer<ol_kernels>

  /// Those that this machine can run, fastest first; the portable ones are always last.
  public static let available: [Kernels] = (0..<ol_kernels_count()).compactMap { index in
    ol_kernels_at(index).map(Kernels.init(table:))
  }

  public static var fastest: Kernels { available[0] }

  public var name: String { String(cString: table.pointee.name) }
  public var description: String { name }
}
