import CProtobufC
import CWire
import NDArrays

/// Lays messages out as the structures of the generated code, and keeps them until told otherwise.
struct Builder: ~Copyable {
  private var blocks: [UnsafeMutableRawPointer] = []
  /// What the tensors to come are made of; it stays where it is.
  private var payloads: ArraySlice<UnsafeRawBufferPointer>

  init(payloads: [UnsafeRawBufferPointer]) { self.payloads = payloads[...] }

  func deallocate() {
    for block in blocks { block.deallocate() }
  }

  /// A structure as the generated code begins it.
  mutating func new<Structure>(
    _ begin: (UnsafeMutablePointer<Structure>?) -> Void
  ) -> UnsafeMutablePointer<Structure> {
    let structure = room(for: Structure.self, count: 1)
    begin(structure)
    return structure
  }

  /// Text for people, which may come from anywhere: made one line that the other side accepts.
  mutating func line(_ text: String) -> UnsafeMutablePointer<CChar> {
    self.text(text.line(byteCount: Limits().lineBytes))
  }

  mutating func text(_ text: String) -> UnsafeMutablePointer<CChar> {
    let bytes = Array(text.utf8CString)
    precondition(!bytes.dropLast().contains(0), "text that is sent ends at its first zero")
    return list(bytes).0
  }

  mutating func tensors(
    _ arrays: [NamedArray]
  ) -> (UnsafeMutablePointer<UnsafeMutablePointer<Outerloop__Tensor>?>, Int) {
    var tensors: [UnsafeMutablePointer<Outerloop__Tensor>?] = []
    for named in arrays {
      tensors.append(tensor(named: named.name, named.values))
    }
    return list(tensors)
  }

  mutating func list<Element>(_ elements: [Element]) -> (UnsafeMutablePointer<Element>, Int) {
    let list = room(for: Element.self, count: elements.count)
    list.initialize(from: elements, count: elements.count)
    return (list, elements.count)
  }

  /// A tensor of the next payload.
  mutating func tensor(
    named name: String, _ values: PackedArray
  ) -> UnsafeMutablePointer<Outerloop__Tensor> {
    let tensor = new(outerloop__tensor__init)
    tensor.pointee.name = text(name)
    (tensor.pointee.shape, tensor.pointee.n_shape) = list(values.shape.sizes.map { UInt32($0) })
    let payload = binary(payloads.removeFirst())
    switch values {
    case .floats: tensor.pointee.data = payload
    case .pixels: tensor.pointee.pixels = payload
    }
    return tensor
  }

  /// The encoder reads it only; C has no other type for that.
  private func binary(_ bytes: UnsafeRawBufferPointer) -> ProtobufCBinaryData {
    ProtobufCBinaryData(
      len: bytes.count,
      data: UnsafeMutablePointer(
        mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)))
  }

  private mutating func room<Element>(
    for type: Element.Type, count: Int
  ) -> UnsafeMutablePointer<Element> {
    let room = UnsafeMutablePointer<Element>.allocate(capacity: count)
    blocks.append(UnsafeMutableRawPointer(room))
    return room
  }
}

extension Duration {
  /// How many whole units this is.
  func whole(_ unit: Duration) -> Int64 {
    let (seconds, rest) = components
    let perUnit = unit.components.attoseconds
    return seconds * (1_000_000_000_000_000_000 / perUnit) + rest / perUnit
  }
}
