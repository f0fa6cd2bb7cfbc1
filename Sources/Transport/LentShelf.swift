import CShelf
import Foundation

/// The shelf of a process at the other end of a connection.
///
/// Nothing that stands there is believed: it may change while it is read.
final class LentShelf {
  private let memory: ShelfMemory

  /// Nothing unless the process at the other end is on this machine, of this user, has a shelf by this
  /// name and lets it be read.
  init?(_ name: ShelfName, over connection: Int32) {
    let process = ol_peer_process(connection)
    guard process > 0 else { return nil }
    // What else has that number there may be a pipe, say, which would be waited for.
    let descriptor = open(
      "/proc/\(process)/fd/\(name.descriptor)", O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, UInt64(status.st_ino) == name.inode,
      Int(status.st_size) == ShelfMemory.bytes, ol_stays_as_large(descriptor) != 0,
      let memory = ShelfMemory(descriptor)
    else { return nil }
    self.memory = memory
  }

  /// The frame that a slip says is there; nothing if it is too large or another lies there by now.
  ///
  /// - Parameter slip: the slip as it came, which says where from.
  func fetch(_ page: Page, of slip: Frame, atMost limit: Int) -> Frame? {
    guard (0..<ShelfMemory.places).contains(page.place),
      (0...min(limit, ShelfMemory.placeBytes)).contains(page.count), stands(page)
    else { return nil }
    let frame = Frame(count: page.count, slip: slip)
    frame.withUnsafeMutableBytes {
      $0.copyMemory(from: UnsafeRawBufferPointer(memory.bytes(of: page)))
    }
    let isWhole = Lending(word: ol_load_last(memory.word(of: page.place))).turn == page.turn
    memory.release(page)
    return isWhole ? frame : nil
  }

  private func stands(_ page: Page) -> Bool {
    page.turn > 0 && Lending(word: ol_load(memory.word(of: page.place))).turn == page.turn
  }
}

/// What two sockets of a machine have agreed on.
struct ShelfLink {
  /// The other's shelf.
  var theirs: LentShelf
  /// The descriptor of the connection over which they did.
  var connection: Int32
  /// Whether the other reads this one's.
  var isRead: Bool
}

/// What a router has agreed on with its peers.
///
/// Reports of connections and what is said over them come by different ways, in no order. So a link may
/// be dropped that was wanted: a page that cannot be read then has its dealer begin anew.
struct ShelfLinks {
  private var links: [PeerID: ShelfLink] = [:]
  /// Whose connections have ended. What they said before may still have to be read.
  private var parted: Set<PeerID> = []

  subscript(peer: PeerID) -> ShelfLink? { links[peer] }

  mutating func begin(_ link: ShelfLink, with peer: PeerID) {
    links[peer] = link
    parted.remove(peer)
  }

  /// The peer reads this side's shelf. Answers whether that is new.
  mutating func noteReader(_ peer: PeerID) -> Bool {
    guard let link = links[peer], !link.isRead else { return false }
    links[peer]?.isRead = true
    return true
  }

  /// The peer speaks over this connection, and what was agreed over another is void.
  mutating func hear(_ peer: PeerID, on connection: Int32) {
    if let link = links[peer], link.connection != connection { links[peer] = nil }
  }

  /// Its connection has ended.
  mutating func part(_ peer: PeerID) {
    links[peer]?.isRead = false
    parted.insert(peer)
  }

  /// All that was said has been read.
  mutating func forgetParted() {
    for peer in parted { links[peer] = nil }
    parted.removeAll()
  }
}
