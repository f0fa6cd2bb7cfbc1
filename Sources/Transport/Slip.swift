/// What two sockets of one machine say to each other of their shelves.
///
/// It travels as a message of two frames, of which the first is empty: messages of one frame are the
/// callers'.
enum Slip: Equatable {
  /// A dealer's first words: this is my shelf.
  case offer(ShelfName)
  /// A router's answer: I can read yours, and this is mine.
  case acceptance(ShelfName)
  /// A dealer's answer to that: I can read yours.
  case readiness
  /// Instead of a frame: it lies there.
  case page(Page)
  /// A router's answer to a page that it cannot read: begin anew.
  case miss
}

/// Where a process finds another one's shelf.
struct ShelfName: Equatable {
  /// The other one's.
  var descriptor: Int32
  /// Tells whether it is the shelf still, or something else by now.
  var inode: UInt64
}

/// Where on a shelf a frame lies.
struct Page: Equatable {
  var place: Int
  /// Counts what is laid on the shelf, from one on.
  var turn: UInt64
  /// Bytes.
  var count: Int
}

extension Slip {
  /// As four numbers in this machine's byte order: what it is, then what it says.
  private var words: [UInt64] {
    switch self {
    case .offer(let name): [1, UInt64(bitPattern: Int64(name.descriptor)), name.inode, 0]
    case .acceptance(let name): [2, UInt64(bitPattern: Int64(name.descriptor)), name.inode, 0]
    case .readiness: [3, 0, 0, 0]
    case .page(let page): [4, UInt64(page.place), page.turn, UInt64(page.count)]
    case .miss: [5, 0, 0, 0]
    }
  }

  var frame: Frame {
    words.withUnsafeBytes { Frame($0) }
  }

  /// Nothing of what is no slip. What a slip says is not believed yet.
  init?(_ frame: Frame) {
    let words = frame.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 7, by: 8).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
      }
    }
    guard frame.count == 32, let first = Int32(exactly: Int64(bitPattern: words[1])) else {
      return nil
    }
    let name = ShelfName(descriptor: first, inode: words[2])
    switch words[0] {
    case 1: self = .offer(name)
    case 2: self = .acceptance(name)
    case 3: self = .readiness
    case 4:
      guard let count = Int(exactly: words[3]) else { return nil }
      self = .page(Page(place: Int(first), turn: words[2], count: count))
    case 5: self = .miss
    default: return nil
    }
  }
}
