import CProtobufC
import CWire
import NDArrays

/// Reads values from the structures of the generated code, and believes none of them.
struct Reader {
  let limits: Limits

  func structure<Structure>(
    _ pointer: UnsafeMutablePointer<Structure>?
  ) throws(WireError) -> Structure {
    guard let pointer else { throw .missing(field: "message") }
    return pointer.pointee
  }

  func count(_ value: UInt32, _ field: String) throws(WireError) -> Int {
    guard value <= Int32.max else { throw .outOfRange(field: field) }
    return Int(value)
  }

  func round(_ value: UInt64) throws(WireError) -> Int {
    // One less than all, so that there is always a next one.
    guard value < Int.max else { throw .outOfRange(field: "round") }
    return Int(value)
  }

  func sums(
    _ batch: UInt32, _ added: UInt32, _ width: UInt32
  ) throws(WireError) -> SumForm {
    let (size, isTooLarge) = Int(width).multipliedReportingOverflow(by: Int(batch))
    guard batch > 0, !isTooLarge, size <= limits.elements, added <= limits.elements else {
      throw .outOfRange(field: "sums")
    }
    return SumForm(batch: try count(batch, "batch"), added: Int(added), width: Int(width))
  }

  func tasks(_ lower: UInt32, _ upper: UInt32) throws(WireError) -> Range<Int> {
    guard lower < upper, upper <= Int32.max else { throw .outOfRange(field: "tasks") }
    return Int(lower)..<Int(upper)
  }

  /// A value of an enumeration whose zero is never sent.
  func reason<Reason: RawRepresentable<UInt32>>(_ value: UInt32) throws(WireError) -> Reason {
    guard value != 0 else { throw .missing(field: "reason") }
    guard let reason = Reason(rawValue: value) else {
      throw .unknownValue(field: "reason", value: value)
    }
    return reason
  }
}

/// Texts, from the freest to the strictest.
extension Reader {
  /// Any UTF-8, not empty.
  func document(_ text: UnsafePointer<CChar>?, _ field: String) throws(WireError) -> String {
    let document = try self.text(text, field, limit: limits.documentBytes)
    guard !document.isEmpty else { throw .missing(field: field) }
    return document
  }

  /// What may be shown or logged as it is: no control characters, so neither line ends nor escapes.
  func line(_ text: UnsafePointer<CChar>?, _ field: String) throws(WireError) -> String {
    let line = try self.text(text, field, limit: limits.lineBytes)
    guard line.unicodeScalars.allSatisfy(\.staysInLine) else { throw .badText(field: field) }
    return line
  }

  /// Visible ASCII characters, at least one, no space.
  func name(_ text: UnsafePointer<CChar>?, _ field: String) throws(WireError) -> String {
    let name = try self.text(text, field, limit: limits.nameBytes)
    guard !name.isEmpty else { throw .missing(field: field) }
    guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badText(field: field) }
    return name
  }

  private func text(
    _ text: UnsafePointer<CChar>?, _ field: String, limit: Int
  ) throws(WireError) -> String {
    guard let text else { throw .missing(field: field) }
    guard let valid = String(validatingCString: text) else { throw .badText(field: field) }
    guard valid.utf8.count <= limit else {
      throw .tooLarge(field: field, count: valid.utf8.count, limit: limit)
    }
    return valid
  }
}

/// Lists, which are no longer than allowed.
extension Reader {
  func list<Element>(
    _ list: UnsafeMutablePointer<Element>?, _ count: Int, _ field: @autoclosure () -> String,
    limit: Int
  ) throws(WireError) -> UnsafeBufferPointer<Element> {
    guard count <= limit else { throw .tooLarge(field: field(), count: count, limit: limit) }
    return UnsafeBufferPointer(start: list, count: count)
  }
}

/// Floats and their shapes.
extension Reader {
  typealias TensorList = UnsafeMutablePointer<UnsafeMutablePointer<Outerloop__Tensor>?>

  func tensors(
    _ list: TensorList?, _ count: Int, _ field: String
  ) throws(WireError) -> [NamedArray] {
    var tensors: [NamedArray] = []
    for tensor in try self.list(list, count, field, limit: limits.tensors) {
      tensors.append(try self.tensor(structure(tensor)))
    }
    return tensors
  }

  func tensor(_ tensor: Outerloop__Tensor) throws(WireError) -> NamedArray {
    let name = try self.name(tensor.name, "tensor name")
    let shape = try self.shape(
      list(tensor.shape, tensor.n_shape, "rank of \(name)", limit: limits.rank), of: name)
    guard tensor.pixels.len == 0 else { return try pixels(tensor, name, shape) }
    let data = UnsafeRawBufferPointer(start: tensor.data.data, count: tensor.data.len)
    guard data.count == 4 * shape.count else { throw .shape(tensor: name, bytes: data.count) }
    guard let elements = [Float](finite: data) else { throw .notFinite(tensor: name) }
    return NamedArray(name, NDArray(elements, shape: shape))
  }

  private func pixels(
    _ tensor: Outerloop__Tensor, _ name: String, _ shape: Shape
  ) throws(WireError) -> NamedArray {
    let pixels = UnsafeBufferPointer(start: tensor.pixels.data, count: tensor.pixels.len)
    guard tensor.data.len == 0, pixels.count == shape.count else {
      throw .shape(tensor: name, bytes: tensor.data.len + pixels.count)
    }
    return NamedArray(name, .pixels(Array(pixels), shape: shape))
  }

  /// A shape of no more elements than allowed: each size is looked at before it is multiplied.
  private func shape(
    _ sizes: UnsafeBufferPointer<UInt32>, of name: String
  ) throws(WireError) -> Shape {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(size))
      count = overflow ? Int.max : product
      guard count <= limits.elements else {
        throw .tooLarge(field: "shape of \(name)", count: count, limit: limits.elements)
      }
    }
    return Shape(sizes.map { Int($0) })
  }
}
