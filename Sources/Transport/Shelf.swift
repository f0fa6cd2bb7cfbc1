import CShelf
import CZeroMQ
import Foundation

/// Memory that one process writes and others of its machine and user read.
///
/// A large frame for a socket on this machine is laid there, once for all who get it, and only a
/// ``Slip`` is sent. Through a connection it would be copied into the system and out of it again for
/// each of them, some kilobytes at a time.
///
/// A place is free once all who were sent a slip have read it. Some may have died before; so a place that
/// was lent long ago is taken back, and who comes too late finds another turn there, and nothing to read.
final class Shelf {
  let name: ShelfName
  /// Frames laid so far.
  private(set) var turns: UInt64 = 0
  private let memory: ShelfMemory
  private let descriptor: Int32
  private var lent = [ContinuousClock.Instant](repeating: .now, count: ShelfMemory.places)
  private let patience: Duration

  /// For shorter frames a slip would not save anything.
  static let leastBytes = 64 << 10

  /// Nothing where the system has no such memory.
  ///
  /// - Parameter patience: how long who was sent a slip may take to read the frame.
  init?(patience: Duration = .seconds(10)) {
    self.patience = patience
    descriptor = ol_make_shared_memory("outerloop", Int64(ShelfMemory.bytes))
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0,
      let memory = ShelfMemory(descriptor)
    else {
      if descriptor >= 0 { close(descriptor) }
      return nil
    }
    self.memory = memory
    name = ShelfName(descriptor: descriptor, inode: UInt64(status.st_ino))
  }

  deinit { close(descriptor) }
}

extension Shelf {
  /// Lays a frame there for one more to read; nothing if there is no room for it.
  func lay(_ frame: Frame) -> Page? {
    if let laid = frame.laid?.page, laid.shelf == name, lendAgain(laid.page) { return laid.page }
    let page = lay(frame.count) { place in
      frame.withUnsafeBytes { place.copyMemory(from: $0) }
    }
    frame.laid?.page = page.map { (name, $0) }
    return page
  }

  /// Has a frame of so many bytes written there for one to read; nothing, and nothing is written, if
  /// there is no room for it.
  func lay(_ count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) -> Page? {
    guard (Self.leastBytes...ShelfMemory.placeBytes).contains(count), let place = freePlace()
    else { return nil }
    turns += 1
    let page = Page(place: place, turn: turns, count: count)
    let word = memory.word(of: place)
    ol_store_first(word, 0)
    write(memory.bytes(of: page))
    ol_store(word, Lending(turn: turns, readers: 1).word)
    lent[place] = .now
    return page
  }

  /// Has one fewer read a page, since its slip was not sent.
  func takeBack(_ page: Page) { memory.release(page) }

  private func lendAgain(_ page: Page) -> Bool {
    let word = memory.word(of: page.place)
    while true {
      let lending = Lending(word: ol_load(word))
      guard lending.turn == page.turn, let more = lending.withOneMore else { return false }
      if ol_replace(word, lending.word, more.word) != 0 {
        lent[page.place] = .now
        return true
      }
    }
  }

  /// The first one, so that no more are filled than are needed at once.
  private func freePlace() -> Int? {
    let now = ContinuousClock.now
    return lent.indices.first { place in
      Lending(word: ol_load(memory.word(of: place))).readers == 0 || now - lent[place] > patience
    }
  }
}

/// Where the content of frames that share it lies already.
final class Laid {
  var page: (shelf: ShelfName, page: Page)?
}

/// What stands on a place of a shelf, and how many have yet to read it.
struct Lending {
  var turn: UInt64
  var readers: UInt64

  private static let mostReaders: UInt64 = 0xFFFF

  init(turn: UInt64, readers: UInt64) { (self.turn, self.readers) = (turn, readers) }

  init(word: UInt64) { (turn, readers) = (word >> 16, word & Self.mostReaders) }

  var word: UInt64 { turn << 16 | readers }

  var withOneMore: Lending? {
    readers < Self.mostReaders ? Lending(turn: turn, readers: readers + 1) : nil
  }

  var withOneLess: Lending? { readers > 0 ? Lending(turn: turn, readers: readers - 1) : nil }
}

/// The memory of a shelf: a word for each place, then the places.
final class ShelfMemory {
  static let places = 4
  /// As much as any frame of ours.
  static let placeBytes = 64 << 20
  static let bytes = firstPlace + places * placeBytes
  private static let firstPlace = 4096

  private let base: UnsafeMutableRawPointer

  init?(_ descriptor: Int32) {
    let base = mmap(nil, Self.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else { return nil }
    self.base = base
  }

  deinit { munmap(base, Self.bytes) }

  func word(of place: Int) -> UnsafeMutablePointer<UInt64> {
    (base + place * MemoryLayout<UInt64>.stride).assumingMemoryBound(to: UInt64.self)
  }

  /// - Precondition: the page is within the shelf.
  func bytes(of page: Page) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: base + Self.firstPlace + page.place * Self.placeBytes, count: page.count)
  }

  /// Counts one fewer who has yet to read a page, unless something else stands there by now.
  func release(_ page: Page) {
    let word = word(of: page.place)
    while true {
      let lending = Lending(word: ol_load(word))
      guard lending.turn == page.turn, let fewer = lending.withOneLess else { return }
      if ol_replace(word, lending.word, fewer.word) != 0 { return }
    }
  }
}
