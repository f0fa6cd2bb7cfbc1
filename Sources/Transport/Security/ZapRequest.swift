/// What ZeroMQ asks before it lets a connection in.
///
/// - Source: rfc.zeromq.org/spec/27, the ZeroMQ Authentication Protocol.
package struct ZapRequest: Equatable, Sendable {
  package var id: [UInt8]
  package var address: String
  package var key: CurveKey

  /// The name under which a router asks.
  package static let domain = "outerloop"
  /// Frames and bytes of a frame beyond which nothing is looked at.
  package static let mostFrames = 8
  package static let mostBytes = 256

  /// Nil unless the frames are a question about a CURVE key in our domain.
  package init?(_ frames: [[UInt8]]) {
    guard frames.count == 7, frames.allSatisfy({ $0.count <= Self.mostBytes }),
      frames[0] == Array("1.0".utf8), frames[2] == Array(Self.domain.utf8),
      frames[5] == Array("CURVE".utf8), let key = CurveKey(frames[6])
    else { return nil }
    (id, address, self.key) = (frames[1], Self.visible(frames[3]), key)
  }

  /// What logs can show of an address.
  package static func visible(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(64).filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
  }
}

/// What is answered.
package enum ZapReply: Equatable, Sendable {
  /// Messages of the connection are to carry this as their `User-Id`.
  case admit(userID: String)
  /// Not now; ask again.
  case later
  case never

  package func frames(to id: [UInt8]) -> [[UInt8]] {
    let (code, text, user) =
      switch self {
      case .admit(let userID): ("200", "OK", userID)
      case .later: ("300", "this key is not allowed yet", "")
      case .never: ("400", "denied", "")
      }
    return [Array("1.0".utf8), id, Array(code.utf8), Array(text.utf8), Array(user.utf8), []]
  }
}

/// Answers questions by what a list says.
package struct ZapAnswers: Sendable {
  let admissions: Admissions
  /// Stands before every `User-Id`, and nobody outside this process knows it: without someone to
  /// ask, ZeroMQ lets everybody in, and a peer may then name itself as it likes.
  private let seal: String

  package init(_ admissions: Admissions) {
    self.admissions = admissions
    var random = SystemRandomNumberGenerator()
    seal =
      [random.next(), random.next()].map { String($0, radix: 16) }.joined(separator: "-") + ":"
  }

  /// The frames that answer these, whatever they are.
  package func answer(_ frames: [[UInt8]]) -> [[UInt8]] {
    guard let request = ZapRequest(frames) else {
      admissions.noteMalformed(from: frames.count > 3 ? ZapRequest.visible(frames[3]) : "")
      let id = frames.count > 1 && frames[1].count <= ZapRequest.mostBytes ? frames[1] : []
      return ZapReply.never.frames(to: id)
    }
    return reply(to: request).frames(to: request.id)
  }

  private func reply(to request: ZapRequest) -> ZapReply {
    switch admissions.decide(on: request.key, from: request.address) {
    case .admitted: .admit(userID: seal + request.key.description)
    case .unknown: .later
    case .revoked, .struckOff: .never
    }
  }

  /// Whose key a `User-Id` of ours names.
  package func key(named userID: String) -> CurveKey? {
    userID.hasPrefix(seal) ? CurveKey(userID.dropFirst(seal.count)) : nil
  }
}
