import Foundation
import Testing
import Training
import Transport
import Wire

extension CommandTests {
  /// A worker tells why it cannot compute for a coordinator, and ends.
  @Suite struct OtherVersionTests {
    @Test func aWorkerThatIsRefusedSaysWhy() throws {
      let stranger = try Stranger()
      let worker = try Command(["worker", "--connect", stranger.address])
      try stranger.answer(.refusal(.init(.numerics, "your arithmetic is of another version")))
      let outcome = try worker.outcome()
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains("your arithmetic is of another version"))
    }

    @Test func aWorkerOfAnotherProtocolEnds() throws {
      let stranger = try Stranger()
      let worker = try Command(["worker", "--connect", stranger.address])
      let (theirs, ours) = (Wire.version + 1, Wire.version)
      try stranger.answer(.refusal(.init(.protocol, "")), version: theirs)
      let outcome = try worker.outcome()
      #expect(outcome.ending == .exit(65))
      #expect(
        outcome.errors.contains("the peer speaks protocol \(theirs), this program speaks \(ours)"))
    }

    @Test func aWorkerThatCompilesAnotherProgramSaysSo() throws {
      let stranger = try Stranger()
      let worker = try Command(["worker", "--connect", stranger.address])
      try stranger.answer(.welcome(stranger.welcome(program: "0123456789abcdef")))
      let outcome = try worker.outcome()
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains("program") && outcome.errors.contains("0123456789abcdef"))
    }

    @Test func aWorkerThatIsSentAPlanTooLargeToRunSaysSo() throws {
      let stranger = try Stranger()
      let worker = try Command(["worker", "--connect", stranger.address])
      let welcome = stranger.welcome(program: "0123456789abcdef", hidden: "[60000, 60000]")
      try stranger.answer(.welcome(welcome))
      let outcome = try worker.outcome()
      #expect(outcome.ending == .exit(65))
      #expect(
        outcome.errors.contains(
          "the coordinator's plan: a task in training needs 14400960076 bytes"),
        "\(outcome.errors)")
    }
  }
}

/// A coordinator of another version, as far as workers meet one.
private final class Stranger {
  let address: String
  private let scratch: Scratch
  private let socket: RouterSocket
  private let plan: RunPlan

  init() throws {
    scratch = try Scratch()
    plan = try RunPlan(
      yaml: Catalogue.standard.plan(named: "sinusoid")?.yaml ?? "", source: "sinusoid",
      overrides: Run.small)
    socket = RouterSocket(in: Context(), options: SocketOptions())
    address = try socket.bind("ipc://" + scratch.file("socket"))
  }

  /// - Parameter hidden: the layers of the network, if they are not those of its own plan.
  func welcome(program: String, hidden: String? = nil) -> Message.Welcome {
    let text = plan.description
    return Message.Welcome(
      plan: hidden.map { text.replacing(/hidden: \[[^\]]*\]/, with: "hidden: \($0)") } ?? text,
      planDigest: plan.digest, programDigest: program,
      ping: .seconds(1), patience: .seconds(6))
  }

  /// Says this to the first who comes, in this version of the protocol or another.
  func answer(_ message: Message, version: UInt32 = Wire.version) throws {
    var greeting: (peer: PeerID, frame: Frame)?
    try eventually("a worker's greeting") {
      greeting = socket.receive()
      return greeting != nil
    }
    guard let greeting else { return }
    var bytes = Wire.encode(Packet(run: 1, epoch: 1, message))
    bytes[1] = UInt8(version)
    #expect(socket.send(Frame(bytes), to: greeting.peer) == .sent)
  }
}
