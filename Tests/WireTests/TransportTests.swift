import Foundation
import RawPeers
import Testing
import Transport

// MARK: Frames and names

@Test(arguments: [0, 1, 33, 34, 8192, 100_000])
func aFrameHoldsTheBytesItIsGiven(count: Int) {
  let frame = Frame(pattern(count))
  #expect(frame.count == count)
  #expect(bytes(frame) == pattern(count))
}

@Test(arguments: [1, 5, 8, 9, 16])
func aPeersNameKeepsItsBytes(count: Int) throws {
  let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 0xF8 + $0) }
  #expect(try #require(PeerID(bytes)).bytes == bytes)
}

@Test func aPeersNameHasOneToSixteenBytes() {
  #expect(PeerID([]) == nil)
  #expect(PeerID(pattern(17)) == nil)
}

@Test func peersAreOrderedAsTheirBytes() throws {
  let ordered: [[UInt8]] = [
    [0], [0, 0], [0, 1], [1], pattern(8), pattern(9), pattern(16), [1, 2], [255],
  ].sorted { $0.lexicographicallyPrecedes($1) }
  let peers = try ordered.map { try #require(PeerID($0)) }
  #expect(Array(peers.reversed()).sorted() == peers)
  #expect(Set(peers).count == peers.count)
}

// MARK: Conversations

@Test(arguments: ["tcp://127.0.0.1:*", "ipc"], [0, 1, 7000, 450_000])
func aFrameComesBackAsItWas(transport: String, count: Int) throws {
  let directory = try Directory()
  let exchange = try Exchange(transport == "ipc" ? "ipc://\(directory.path)/s" : transport)
  #expect(try exchange.echo(pattern(count), from: exchange.dealer("one")) == pattern(count))
}

@Test func theRouterKnowsAPeerByTheNameItChose() throws {
  let exchange = try Exchange()
  let name = "0123456789abcdef"
  try exchange.send([1], from: exchange.dealer(name))
  #expect(try exchange.received().peer == peer(name))
}

@Test func aSentFrameIsEmptyAndAnUnsentOneWhole() throws {
  let exchange = try Exchange()
  let dealer = try exchange.dealer("one")
  try exchange.send([1], from: dealer)
  let sender = try exchange.received().peer
  let frame = Frame([1, 2, 3])
  #expect(exchange.router.send(frame, to: try peer("nobody")) == .gone)
  #expect(bytes(frame) == [1, 2, 3])
  #expect(exchange.router.send(frame, to: sender) == .sent)
  #expect(frame.count == 0)
}

@Test func aPeerThatNeverCameIsGone() throws {
  let exchange = try Exchange()
  #expect(exchange.router.send(Frame([1]), to: try peer("nobody")) == .gone)
}

@Test func aPeerThatLeftIsGone() throws {
  let exchange = try Exchange()
  func visit() throws {
    try exchange.send([1], from: exchange.dealer("guest"))
    _ = try exchange.received()
  }
  try visit()
  let name = try peer("guest")
  try exchange.await("parting") { exchange.router.send(Frame([1]), to: name) == .gone ? () : nil }
}

@Test(arguments: ["tcp://127.0.0.1:*", "ipc"])
func aPeerThatLeftIsLostAndTheOthersAreNot(transport: String) throws {
  let directory = try Directory()
  let exchange = try Exchange(transport == "ipc" ? "ipc://\(directory.path)/s" : transport)
  let resident = try exchange.dealer("resident")
  #expect(try exchange.echo([0], from: resident) == [0])
  func visit(_ name: String) throws {
    let guest = try exchange.dealer(name)
    #expect(try exchange.echo([1], from: guest) == [1])
  }
  let guests = try (0..<5).map { try peer("guest \($0)") }
  for index in guests.indices { try visit("guest \(index)") }
  try exchange.await("losses") { exchange.events.count == guests.count ? () : nil }
  #expect(Set(exchange.events.map { "\($0)" }) == Set(guests.map { "\(PeerEvent.lost($0))" }))
  #expect(try exchange.echo([2], from: resident) == [2])
}

@Test func aPeerThatComesBackUnderItsNameIsLostOnce() throws {
  let exchange = try Exchange()
  func visit() throws {
    let first = try exchange.dealer("same")
    #expect(try exchange.echo([1], from: first) == [1])
    let second = try exchange.dealer("same")
    #expect(try exchange.echo([2], from: second) == [2])
  }
  try visit()
  let name = try peer("same")
  try exchange.await("loss") { exchange.events == [.lost(name)] ? () : nil }
}

@Test func theLastWordsOfALostPeerCanBeHad() throws {
  let exchange = try Exchange(options: quick)
  func visit() throws {
    let guest = try exchange.dealer("guest", options: lingering)
    #expect(try exchange.echo([1], from: guest) == [1])
    for word in 2..<20 { #expect(guest.send(Frame([UInt8(word)])) == .sent) }
  }
  try visit()
  let name = try peer("guest")
  while exchange.router.events() != [.lost(name)] {
    #expect(exchange.router.poll(exchange.wakeup, timeout: .seconds(20)) != [])
  }
  var words: [UInt8] = []
  while let message = exchange.router.receive() { words += bytes(message.frame) }
  #expect(words == Array(2..<20))
}

@Test func aPeerThatDoesNotReadIsFullAndTheOthersAreServed() throws {
  let exchange = try Exchange()
  // A dealer's own thread would read, and the queue be full only if that were slower than this.
  let (mute, lively) = (try RawPeer(exchange.address), try exchange.dealer("lively"))
  try mute.greet(as: [1])
  mute.say(frames: [[1]])
  let name = try exchange.received().peer
  let large = pattern(1 << 20)
  try exchange.await("full queue") {
    exchange.router.send(Frame(large), to: name) == .full ? () : nil
  }
  #expect(try exchange.echo([7], from: lively) == [7])
}

@Test func aDealerWithoutACoordinatorIsFull() throws {
  let directory = try Directory()
  let dealer = DealerSocket(in: Context(), name: try peer("early"), options: quick)
  try dealer.connect("ipc://\(directory.path)/s")
  let frame = Frame([1])
  #expect(dealer.send(frame) == .full)
  #expect(bytes(frame) == [1])
}

@Test func aDealerMayComeBeforeItsCoordinator() throws {
  let directory = try Directory()
  let address = "ipc://\(directory.path)/s"
  let early = DealerSocket(in: Context(), name: try peer("early"), options: quick)
  try early.connect(address)
  var events: [ConnectionEvent] = []
  while !events.contains(.retrying) {
    #expect(early.poll(Wakeup(), timeout: .seconds(20)).contains(.event))
    events += early.events()
  }
  #expect(!events.contains(.connected))
  #expect(try Exchange(address).echo([3], from: early) == [3])
}

@Test func aDealerTalksAgainToACoordinatorThatCameBack() throws {
  let directory = try Directory()
  let exchange = try Exchange("ipc://\(directory.path)/s")
  let dealer = try exchange.dealer("one")
  #expect(try exchange.echo([1], from: dealer) == [1])
  #expect(dealer.events().contains(.connected))
  try exchange.replaceRouter(of: dealer)
  #expect(try exchange.echo([2], from: dealer) == [2])
}

@Test func aPeerThatComesBackTakesOverItsName() throws {
  let exchange = try Exchange()
  let first = try exchange.dealer("same")
  #expect(try exchange.echo([1], from: first) == [1])
  let second = try exchange.dealer("same")
  #expect(try exchange.echo([2], from: second) == [2])
}

// MARK: Polling

@Test func aSignalFromAnotherThreadEndsAPoll() throws {
  let exchange = try Exchange()
  let wakeup = exchange.wakeup
  let thread = Thread { wakeup.signal() }
  thread.start()
  #expect(exchange.router.poll(wakeup, timeout: .seconds(20)) == [.wakeup])
  wakeup.clear()
  #expect(exchange.router.poll(wakeup, timeout: .zero) == [])
}

@Test func aSignalBeforeThePollIsNotLost() throws {
  let exchange = try Exchange()
  exchange.wakeup.signal()
  exchange.wakeup.signal()
  #expect(exchange.router.poll(exchange.wakeup, timeout: nil).contains(.wakeup))
  exchange.wakeup.clear()
  #expect(!exchange.router.poll(exchange.wakeup, timeout: .zero).contains(.wakeup))
}

@Test(arguments: [Duration.zero, .microseconds(100), .seconds(60)])
func aPollLastsAsLongAsItsTimeout(spin: Duration) throws {
  let exchange = try Exchange()
  let start = ContinuousClock.now
  let readiness = exchange.router.poll(exchange.wakeup, timeout: .milliseconds(3), spin: spin)
  #expect(readiness.isEmpty)
  #expect(ContinuousClock.now - start >= .milliseconds(3))
}

@Test(arguments: [Duration.zero, .seconds(20)])
func aFrameEndsAPoll(spin: Duration) throws {
  let exchange = try Exchange()
  let dealer = try exchange.dealer("one")
  #expect(try exchange.echo([1], from: dealer) == [1])
  _ = exchange.router.events()
  #expect(dealer.send(Frame([2])) == .sent)
  let readiness = exchange.router.poll(exchange.wakeup, timeout: .seconds(20), spin: spin)
  #expect(readiness == [.frame])
}

// MARK: Addresses

@Test(arguments: ["tcp://127.0.0.1:*", "ipc"])
func anAddressIsBoundOnce(transport: String) throws {
  let directory = try Directory()
  let exchange = try Exchange(transport == "ipc" ? "ipc://\(directory.path)/s" : transport)
  let second = RouterSocket(in: exchange.context, options: quick)
  let error = #expect(throws: TransportError.self) { try second.bind(exchange.address) }
  #expect(error == .addressInUse(exchange.address))
  #expect(error?.description == "\(exchange.address) is already in use")
  #expect(try exchange.echo([5], from: exchange.dealer("one")) == [5])
}

@Test func bindingDoesNotRemoveAFile() throws {
  let directory = try Directory()
  let path = "\(directory.path)/notes"
  try Data([1, 2, 3]).write(to: URL(filePath: path))
  let router = RouterSocket(in: Context(), options: quick)
  #expect(throws: TransportError.addressInUse("ipc://\(path)")) { try router.bind("ipc://\(path)") }
  #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
}

@Test(arguments: [
  "", "localhost", "127.0.0.1:80", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:+1",
  "tcp://:1", "udp://127.0.0.1:1", "tcp://::1:80", "tcp://[::1]", "tcp://[::1:80", "tcp://[x]:80",
  "tcp://[]:80",
  "inproc://x", "ipc://" + String(repeating: "x", count: 200),
])
func anAddressThatIsNoneIsNamed(address: String) throws {
  let router = RouterSocket(in: Context(), options: quick)
  #expect(throws: TransportError.invalidAddress(address)) { try router.bind(address) }
  let dealer = DealerSocket(in: Context(), name: try peer("one"), options: quick)
  #expect(throws: TransportError.invalidAddress(address)) { try dealer.connect(address) }
}

/// Where the machine has IPv6 at all.
@Test func aRouterListensByIPv6() throws {
  let exchange: Exchange
  do { exchange = try Exchange("tcp://[::1]:*") } catch TransportError.addressUnavailable { return }
  #expect(exchange.address.hasPrefix("tcp://[::1]:"))
  #expect(try exchange.echo([6], from: exchange.dealer("six")) == [6])
}

@Test func anAddressOfAnotherMachineIsNamed() {
  let router = RouterSocket(in: Context(), options: quick)
  let address = "tcp://192.0.2.1:5000"
  #expect(throws: TransportError.addressUnavailable(address)) { try router.bind(address) }
}

@Test func aDirectoryThatIsMissingIsNamed() {
  let router = RouterSocket(in: Context(), options: quick)
  let address = "ipc:///missing/directory/s"
  let error = #expect(throws: TransportError.self) { try router.bind(address) }
  #expect(error == .other(code: ENOENT, operation: "bind", address: address))
  #expect(error?.description == "cannot bind \(address): No such file or directory")
}

@Test(arguments: [
  ("ipc:///run/s", true), ("tcp://127.0.0.1:*", true), ("tcp://127.3.2.1:80", true),
  ("tcp://*:80", false), ("tcp://0.0.0.0:80", false), ("tcp://eth0:80", false),
  ("tcp://127.0.0.1.example.org:80", false), ("tcp://127.0.0.:80", false), ("tcp://127:80", false),
  ("tcp://10.127.0.1:80", false), ("", false), ("tcp://[::1]:80", true),
  ("tcp://[0:0:0:0:0:0:0:1]:80", true), ("tcp://[::]:80", false), ("tcp://[2001:db8::1]:80", false),
  ("tcp://[fe80::1%eth0]:80", false), ("tcp://[::1%lo]:80", false),
  ("tcp://[::ffff:10.0.0.1]:80", false),
  ("tcp://localhost:80", false), ("tcp://[::1].example.org:80", false), ("tcp://127.0.0.1", true),
])
func onlyLocalAddressesStayOnTheMachine(address: String, stays: Bool) {
  #expect(staysOnThisMachine(address) == stays)
}
