import Foundation
import Testing
import Transport

@testable import Cluster

@Suite struct HostListTests {
  @Test func aHostIsANameAndItsSettings() throws {
    let list = try HostList(
      """
      # machines of the second floor

      alpha
      beta.example  workers=8   threads=2  # the large one
        gamma user=ann folder=/scratch/o-1.2+3
      """, source: "hosts")
    #expect(
      list.hosts == [
        Host("alpha"), Host("beta.example", workers: 8, threads: 2),
        Host("gamma", user: "ann", folder: "/scratch/o-1.2+3"),
      ])
    #expect(list.hosts.map(\.destination) == ["alpha", "beta.example", "ann@gamma"])
  }

  @Test func theExampleIsOne() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appending(path: "cluster/hosts.example"), encoding: .utf8)
    #expect(try HostList(text, source: "hosts.example").hosts.count == 4)
  }

  @Test(arguments: [
    ("", "hosts: no host is named"),
    ("# nobody\n\n", "hosts: no host is named"),
    (
      "a\n-oProxyCommand=x",
      "hosts:2: \"-oProxyCommand=x\" is no host's name: letters, digits, dots, underscores and"
        + " hyphens, not first"
    ),
    (
      "a;b",
      "hosts:1: \"a;b\" is no host's name: letters, digits, dots, underscores and hyphens, not"
        + " first"
    ),
    (
      "a\nb\na workers=2",
      "hosts:3: host a stands in line 1 already; say workers= for more than one worker"
    ),
    ("a workers=0", "hosts:1: workers is a number from 1 to 1024, not \"0\""),
    ("a threads=many", "hosts:1: threads is a number from 1 to 1024, not \"many\""),
    (
      "a slots=4",
      "hosts:1: \"slots=4\" is not known here; workers=, threads=, user= and folder= are"
    ),
    ("a 4", "hosts:1: \"4\" is not known here; workers=, threads=, user= and folder= are"),
    ("a workers=2 workers=3", "hosts:1: workers= is given twice"),
    ("a user=-l", "hosts:1: user is a user's name, not \"-l\""),
    (
      "a folder=$(reboot)",
      "hosts:1: folder is an absolute path of letters, digits and any of / . _ - +, not"
        + " \"$(reboot)\""
    ),
  ])
  func aBadLineIsNamed(text: String, complaint: String) {
    #expect(throws: HostListError.self) { try HostList(text, source: "hosts") }
    do { _ = try HostList(text, source: "hosts") } catch { #expect("\(error)" == complaint) }
  }
}

@Suite struct LaunchOrderTests {
  @Test func anOrderIsReadAsItWasWritten() throws {
    for key in [nil, KeyPair.random().publicKey] {
      let order = LaunchOrder(address: "tcp://10.0.0.1:4000", coordinator: key)
      #expect(try LaunchOrder(order.text) == order)
    }
  }

  @Test(arguments: [
    ("tcp://0.0.0.0:4000", "10.0.0.7 51000 10.0.0.8 22", "tcp://10.0.0.7:4000"),
    ("tcp://0.0.0.0:4000", "::1 51000 ::1 22", "tcp://127.0.0.1:4000"),
    ("tcp://0.0.0.0:4000", "::ffff:10.0.0.7 51000 ::ffff:10.0.0.8 22", "tcp://10.0.0.7:4000"),
    ("tcp://[::]:4000", "fd00::7 51000 fd00::8 22", "tcp://[fd00::7]:4000"),
    ("tcp://[::]:4000", "10.0.0.7 51000 10.0.0.8 22", "tcp://10.0.0.7:4000"),
    ("tcp://10.0.0.1:4000", nil, "tcp://10.0.0.1:4000"),
  ])
  func workersConnectToWhereTheLauncherIsSeen(
    address: String, connection: String?, expected: String
  ) throws {
    #expect(try LaunchOrder(address: address).address(seenOver: connection) == expected)
  }

  @Test(arguments: [
    ("", LaunchOrderError.notAnOrder(found: "")),
    ("ls -l\n\n", .notAnOrder(found: "ls -l")),
    ("outerloop-launch 1\n\n", .missing("connect")),
    ("outerloop-launch 1\nconnect\n\n", .badLine("connect")),
    ("outerloop-launch 1\nconnect a\nconnect b\n\n", .badLine("connect")),
    ("outerloop-launch 1\nconnect a\ncoordinator x\n\n", .badLine("coordinator")),
  ])
  func whatIsNoOrderIsRefused(text: String, error: LaunchOrderError) {
    #expect(throws: error) { try LaunchOrder(text) }
  }

  @Test func theLauncherMustBeSeenFromTheHost() {
    #expect(throws: LaunchOrderError.launcherUnknown) {
      try LaunchOrder(address: "tcp://0.0.0.0:4000").address(seenOver: nil)
    }
    #expect(throws: LaunchOrderError.version6("fe80::1")) {
      try LaunchOrder(address: "tcp://0.0.0.0:4000").address(seenOver: "fe80::1 51000 fe80::2 22")
    }
  }
}

@Suite struct LeashTests {
  @Test func itHoldsWhileThereAreSignsOfLife() throws {
    let pipe = Pipe()
    let leash = Leash(pipe.fileHandleForReading.fileDescriptor, patience: .milliseconds(30))
    for _ in 0..<5 {
      try pipe.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
      #expect(leash.holds(for: .milliseconds(10)))
    }
    try pipe.fileHandleForWriting.close()
    #expect(!leash.holds(for: .milliseconds(10)))
    #expect(!leash.isSilent)
  }

  @Test func itEndsAfterSilence() {
    let pipe = Pipe()
    let leash = Leash(pipe.fileHandleForReading.fileDescriptor, patience: .milliseconds(30))
    var looks = 0
    while leash.holds(for: .milliseconds(10)) { looks += 1 }
    #expect(leash.isSilent && looks < 3)
  }

  @Test func anOrderIsTakenAndNothingAfterIt() throws {
    let (pipe, order) = (Pipe(), LaunchOrder(address: "tcp://10.0.0.1:4000"))
    try pipe.fileHandleForWriting.write(contentsOf: Data((order.text + "rest").utf8))
    try pipe.fileHandleForWriting.close()
    let leash = Leash(pipe.fileHandleForReading.fileDescriptor, patience: .seconds(5))
    #expect(try leash.order() == order)
    #expect(try pipe.fileHandleForReading.readToEnd() == Data("rest".utf8))
  }
}

@Suite struct HandedKeyTests {
  @Test func keysArriveAndNothingAfterThemIsTaken() throws {
    let (keys, pipe) = (KeyPair.random(), Pipe())
    #expect(keys.hand(to: pipe.fileHandleForWriting.fileDescriptor))
    try pipe.fileHandleForWriting.write(contentsOf: Data("alive".utf8))
    try pipe.fileHandleForWriting.close()
    let input = pipe.fileHandleForReading
    #expect(try KeyPair(handedBy: input.fileDescriptor, within: .seconds(5)) == keys)
    #expect(try input.readToEnd() == Data("alive".utf8))
  }

  @Test(arguments: ["", "short\n", String(repeating: "~", count: 41)])
  func whatIsNoKeyIsRefused(text: String) throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try pipe.fileHandleForWriting.close()
    #expect(throws: KeyError.notAKey(nil)) {
      try KeyPair(handedBy: pipe.fileHandleForReading.fileDescriptor, within: .seconds(5))
    }
  }

  @Test func whoIsSilentIsNotWaitedForForEver() {
    let pipe = Pipe()
    #expect(throws: KeyError.notAKey(nil)) {
      try KeyPair(handedBy: pipe.fileHandleForReading.fileDescriptor, within: .milliseconds(20))
    }
  }
}
