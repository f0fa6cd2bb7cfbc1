import CShelf
import CZeroMQ
import Foundation
import Testing

@testable import Transport

// MARK: A shelf and who reads it

#if os(Linux)
  /// A shelf, and the same as a process at the other end of a connection sees it.
  private struct Lending {
    let shelf: Shelf
    let lent: LentShelf
    private let connection = Connection()

    init(patience: Duration = .seconds(3600)) throws {
      shelf = try #require(Shelf(patience: patience))
      lent = try #require(LentShelf(shelf.name, over: connection.descriptor))
    }

    func fetch(_ page: Page, atMost limit: Int = .max) -> [UInt8]? {
      lent.fetch(page, of: Frame([]), atMost: limit).map(bytes)
    }
  }

  /// A connection of this process with itself.
  private final class Connection {
    private var ends: [Int32] = [-1, -1]
    var descriptor: Int32 { ends[0] }

    init() { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) }

    deinit { for end in ends { close(end) } }
  }

  /// Frames of different contents, each large enough for a shelf.
  private func large(_ number: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(number), count: Shelf.leastBytes + number)
  }

  @Test func aFrameIsReadAsItWasLaid() throws {
    let lending = try Lending()
    for number in 1...9 {
      let page = try #require(lending.shelf.lay(Frame(large(number))))
      #expect(page == Page(place: 0, turn: UInt64(number), count: large(number).count))
      #expect(lending.fetch(page) == large(number))
    }
  }

  @Test func aPlaceIsFreeOnceItWasRead() throws {
    let lending = try Lending()
    let pages = try (1...4).map { try #require(lending.shelf.lay(Frame(large($0)))) }
    #expect(lending.shelf.lay(Frame(large(5))) == nil)
    #expect(lending.fetch(pages[2]) == large(3))
    #expect(try #require(lending.shelf.lay(Frame(large(6)))).place == 2)
    lending.shelf.takeBack(pages[1])
    #expect(try #require(lending.shelf.lay(Frame(large(7)))).place == 1)
    #expect(lending.fetch(pages[0]) == large(1))
  }

  @Test func contentThatIsSharedIsLaidOnceAndStaysUntilAllHaveReadIt() throws {
    let lending = try Lending()
    let content = Frame(large(1))
    let pages = try (0..<5).map { _ in try #require(lending.shelf.lay(content.shared())) }
    #expect(lending.shelf.turns == 1)
    for page in pages {
      #expect(page == pages[0])
      #expect(try #require(lending.shelf.lay(Frame(large(2)))).place != page.place)
      #expect(lending.fetch(page) == large(1))
      lending.shelf.takeBack(Page(place: 1, turn: lending.shelf.turns, count: 0))
    }
    #expect(try #require(lending.shelf.lay(Frame(large(3)))).place == pages[0].place)
    #expect(try #require(lending.shelf.lay(content.shared())).turn == lending.shelf.turns)
  }

  @Test func whoComesTooLateFindsNothingAndDisturbsNobody() throws {
    let lending = try Lending(patience: .zero)
    let late = try #require(lending.shelf.lay(Frame(large(1))))
    let current = try #require(lending.shelf.lay(Frame(large(2))))
    #expect(current.place == late.place)
    #expect(lending.fetch(late) == nil)
    #expect(lending.fetch(current) == large(2))
  }

  @Test func shortFramesAreNotLaid() throws {
    let lending = try Lending()
    #expect(lending.shelf.lay(Frame(pattern(Shelf.leastBytes - 1))) == nil)
    #expect(lending.shelf.lay(Frame(pattern(Shelf.leastBytes))) != nil)
  }

  @Test func pagesThatCannotBeAreNotRead() throws {
    let lending = try Lending()
    let page = try #require(lending.shelf.lay(Frame(large(1))))
    func with(_ change: (inout Page) -> Void) -> Page {
      var other = page
      change(&other)
      return other
    }
    let others = [
      with { $0.place = -1 }, with { $0.place = 4 }, with { $0.place = .max }, with { $0.turn = 0 },
      with { $0.turn = 2 }, with { $0.count = -1 }, with { $0.count = ShelfMemory.placeBytes + 1 },
      with { $0.count = .max }, Page(place: 1, turn: 0, count: 0),
    ]
    for other in others { #expect(lending.fetch(other) == nil, "\(other)") }
    #expect(lending.fetch(page, atMost: page.count - 1) == nil)
    #expect(lending.fetch(page, atMost: page.count) == large(1))
  }

  @Test func whatIsNoShelfIsNotRead() throws {
    let shelf = try #require(Shelf())
    let (connection, directory) = (Connection(), try Directory())
    let file = open("\(directory.path)/f", O_RDWR | O_CREAT, 0o600)
    defer { close(file) }
    ftruncate(file, off_t(ShelfMemory.bytes))
    let small = ol_make_shared_memory("small", 4096)
    defer { close(small) }
    for descriptor in [file, small, connection.descriptor, -1, 0, 4095, .max] {
      var status = stat()
      fstat(descriptor, &status)
      let name = ShelfName(descriptor: descriptor, inode: UInt64(status.st_ino))
      #expect(LentShelf(name, over: connection.descriptor) == nil, "\(descriptor)")
    }
    let other = ShelfName(descriptor: shelf.name.descriptor, inode: shelf.name.inode + 1)
    #expect(LentShelf(other, over: connection.descriptor) == nil)
    #expect(LentShelf(shelf.name, over: file) == nil)
    #expect(LentShelf(shelf.name, over: connection.descriptor) != nil)
  }

  // MARK: Sockets that have shelves

  /// A router and a dealer that have found each other.
  private final class Neighbours {
    private let directory: Directory
    let exchange: Exchange
    let dealer: DealerSocket
    let name: PeerID

    init(_ address: String? = nil) throws {
      directory = try Directory()
      exchange = try Exchange(address ?? "ipc://\(directory.path)/s")
      dealer = try exchange.dealer("one")
      name = try peer("one")
    }

    /// Lets them exchange small frames until they have told each other of their shelves.
    func meet() throws {
      let isRead = { self.exchange.router.links[self.name]?.isRead ?? false }
      try exchange.await("readiness") {
        _ = dealer.events()
        return try exchange.echo([1], from: dealer) == [1] && isRead() ? () : nil
      }
    }
  }

  @Test func largeFramesLieOnShelvesInBothDirections() throws {
    let neighbours = try Neighbours()
    try neighbours.meet()
    for count in [100_000, 450_000, 5_000_000] {
      let frame = pattern(count)
      #expect(try neighbours.exchange.echo(frame, from: neighbours.dealer) == frame)
    }
    #expect(neighbours.exchange.router.shelf?.turns == 3)
    #expect(neighbours.dealer.shelf?.turns == 3)
  }

  @Test func framesForManyWaitInTheirPlacesAndTheRestIsSentWhole() throws {
    let neighbours = try Neighbours()
    try neighbours.meet()
    let router = neighbours.exchange.router
    for number in 1...9 {
      #expect(router.send(Frame(large(number)), to: neighbours.name) == .sent)
    }
    #expect(router.shelf?.turns == UInt64(ShelfMemory.places))
    for number in 1...9 {
      #expect(try neighbours.exchange.received(by: neighbours.dealer) == large(number))
    }
  }

  @Test func aFrameIsEmptyOnceItsSlipWasSent() throws {
    let neighbours = try Neighbours()
    try neighbours.meet()
    let (frame, content) = (Frame(large(1)), Frame(large(2)))
    #expect(neighbours.exchange.router.send(frame, to: neighbours.name) == .sent)
    #expect(frame.count == 0)
    #expect(neighbours.exchange.router.send(content.shared(), to: neighbours.name) == .sent)
    #expect(bytes(content) == large(2))
  }

  @Test(arguments: [nil, "tcp://127.0.0.1:*"], [7, 100_000])
  func aFrameIsWrittenWhereItIsToLie(address: String?, count: Int) throws {
    let neighbours = try Neighbours(address)
    if address == nil { try neighbours.meet() }
    let (exchange, dealer) = (neighbours.exchange, neighbours.dealer)
    for number in 1...6 {
      let frame = [UInt8](repeating: UInt8(number), count: count)
      try exchange.await("connection") {
        dealer.send(count) { $0.copyBytes(from: frame) } == .sent ? () : nil
      }
    }
    for number in 1...6 {
      #expect(try exchange.received().bytes == [UInt8](repeating: UInt8(number), count: count))
    }
    let isLaid = address == nil && count >= Shelf.leastBytes
    #expect(dealer.shelf?.turns ?? 0 == (isLaid ? UInt64(ShelfMemory.places) : 0))
  }

  @Test func nothingIsLaidForOtherMachines() throws {
    let neighbours = try Neighbours("tcp://127.0.0.1:*")
    let frame = pattern(450_000)
    for _ in 0..<3 {
      #expect(try neighbours.exchange.echo(frame, from: neighbours.dealer) == frame)
    }
    #expect(neighbours.exchange.router.links[neighbours.name] == nil)
    #expect(neighbours.dealer.shelf == nil)
  }

  @Test func theLastFrameOfWhoHasLeftIsRead() throws {
    let directory = try Directory()
    let exchange = try Exchange("ipc://\(directory.path)/s", options: lingering)
    let name = try peer("guest")
    func visit() throws {
      let guest = try exchange.dealer("guest", options: lingering)
      try exchange.await("readiness") {
        _ = guest.events()
        _ = try exchange.echo([1], from: guest)
        return exchange.router.links[name]?.isRead ?? false ? () : nil
      }
      #expect(guest.send(Frame(large(1))) == .sent)
      #expect(guest.shelf?.turns == 1)
    }
    try visit()
    try exchange.await("parting") { exchange.events.contains(.lost(name)) ? () : nil }
    #expect(bytes(try #require(exchange.router.receive()).frame) == large(1))
    #expect(exchange.router.receive() == nil)
    #expect(exchange.router.links[name] == nil)
  }

  @Test func aRouterThatCameBackIsToldAgain() throws {
    let neighbours = try Neighbours()
    try neighbours.meet()
    let exchange = neighbours.exchange
    try exchange.replaceRouter(of: neighbours.dealer)
    try neighbours.meet()
    let frame = pattern(450_000)
    #expect(try exchange.echo(frame, from: neighbours.dealer) == frame)
    #expect(exchange.router.shelf?.turns == 1)
  }

  /// Connections are reported late, at times, and may take with them what was agreed over them.
  @Test func whoIsNotUnderstoodAnyMoreBeginsAnew() throws {
    let neighbours = try Neighbours()
    try neighbours.meet()
    let (exchange, dealer) = (neighbours.exchange, neighbours.dealer)
    exchange.router.links.part(neighbours.name)
    exchange.router.links.forgetParted()
    #expect(dealer.send(Frame(large(1))) == .sent)
    try neighbours.meet()
    #expect(try exchange.echo(large(2), from: dealer) == large(2))
    #expect(dealer.shelf?.turns == 2)
    exchange.events += exchange.router.events()
    #expect(exchange.events == [.unreadable(neighbours.name, nil)])
  }

  // MARK: Peers that say something else

  @Test(arguments: [
    [[], [1, 2, 3]], [[], pattern(32)], [[], [], []], [[1], Slip.readiness.bytes],
    [[], Slip.readiness.bytes], [[], Slip.readiness.bytes, []],
    [[], Slip.page(Page(place: 0, turn: 1, count: 70_000)).bytes],
    [[], Slip.miss.bytes], [[], Slip.acceptance(ShelfName(descriptor: 0, inode: 0)).bytes],
  ])
  func slipsThatDoNotFitAreHeldAgainstTheirSender(parts: [[UInt8]]) throws {
    let exchange = try Exchange()
    let dealer = try exchange.dealer("one")
    #expect(try exchange.echo([1], from: dealer) == [1])
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      #expect(dealer.socket.send(Frame(part), flags: isLast ? 0 : ZMQ_SNDMORE) == .sent)
    }
    #expect(try exchange.echo([2], from: dealer) == [2])
    exchange.events += exchange.router.events()
    #expect(exchange.events == [.unreadable(try peer("one"), nil)])
  }

  @Test func aShelfThatCannotBeReadIsLeftAlone() throws {
    let neighbours = try Neighbours()
    _ = neighbours.dealer.events()
    #expect(try neighbours.exchange.echo([1], from: neighbours.dealer) == [1])
    let (exchange, dealer) = (neighbours.exchange, try neighbours.exchange.dealer("liar"))
    for descriptor in [0, 1, 4095] as [Int32] {
      try exchange.await("connection") {
        let offer = Slip.offer(ShelfName(descriptor: descriptor, inode: 7))
        return dealer.socket.send(offer) == .sent ? () : nil
      }
      #expect(try exchange.echo(pattern(70_000), from: dealer) == pattern(70_000))
    }
    #expect(exchange.router.links[try peer("liar")] == nil)
  }
#endif

extension Slip {
  fileprivate var bytes: [UInt8] { WireTests.bytes(frame) }
}
