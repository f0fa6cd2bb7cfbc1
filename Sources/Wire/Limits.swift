/// How much a peer may make us read and keep.
public struct Limits: Equatable, Sendable {
  /// The largest frame; sockets are given the same bound.
  public var frameBytes = 64 << 20
  /// The longest name of a tensor, digest or worker.
  public var nameBytes = 256
  /// The longest text that people read.
  public var lineBytes = 4096
  /// The longest run plan.
  public var documentBytes = 1 << 20
  /// The most unanswered task batches of one worker.
  public var leases = 4096
  public var tensors = 256
  public var rank = 8
  /// The most elements of one tensor.
  public var elements = 16 << 20

  public init() {}

  /// What parsing may need beyond the bytes of a frame: its structures, and lists of them.
  static let parsingBytes = 64 << 10
}
