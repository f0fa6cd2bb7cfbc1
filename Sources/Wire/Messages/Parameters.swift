import CWire

extension Message {
  /// What has been learned so far.
  public struct Parameters: Equatable, Sendable {
    /// The round whose meta-gradient is to be taken here.
    public var round: Int
    /// In the order of the compiled program.
    public var tensors: [NamedArray]

    public init(round: Int, tensors: [NamedArray]) { (self.round, self.tensors) = (round, tensors) }
  }
}

extension Message.Parameters {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Parameters> {
    let parameters = builder.new(outerloop__parameters__init)
    parameters.pointee.round = UInt64(round)
    (parameters.pointee.tensors, parameters.pointee.n_tensors) = builder.tensors(tensors)
    return parameters
  }

  init(_ parameters: Outerloop__Parameters, _ reader: Reader) throws(WireError) {
    guard parameters.n_tensors > 0 else { throw .missing(field: "tensors") }
    self.init(
      round: try reader.round(parameters.round),
      tensors: try reader.tensors(parameters.tensors, parameters.n_tensors, "tensors"))
  }
}
