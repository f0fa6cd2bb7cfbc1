import Foundation
import NDArrays
import Transport

/// What answers whether a connection may be let in, fed with questions after some changes.
///
/// Only a whole question about a key that is on the list is answered by letting it in, with a mark that
/// names that key; every answer has the right form.
struct ZapTarget: FuzzTarget {
  static let name = "zap"
  private static let inputsPerRound = 1000

  private let listed: [CurveKey]
  private let answers: ZapAnswers
  private let admissions: Admissions
  private var outcomes: [String: Int] = [:]

  /// The first key is admitted, the second revoked, the third struck off, the fourth unknown.
  init() throws {
    listed = (0..<4).map { _ in KeyPair.random().publicKey }
    admissions = Admissions(admitting: [listed[0], listed[2]], revoked: [listed[1]])
    admissions.strikeOff(listed[2])
    answers = ZapAnswers(admissions)
  }

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    for _ in 0..<Self.inputsPerRound {
      let frames = question(&random)
      show { frames.map { $0.map { String(format: "%02x", $0) }.joined() }.joined(separator: " ") }
      outcomes[try outcome(of: frames), default: 0] += 1
    }
    _ = admissions.takeDenials()
  }

  var summary: [String] { outcomes.sorted { $0.key < $1.key }.map { "\($0.value)\t\($0.key)" } }

  private func question(_ random: inout RandomStream) -> [[UInt8]] {
    let key = random.element(of: listed) ?? listed[0]
    var frames = [
      Array("1.0".utf8), random.bytes(random.below(9)), Array(ZapRequest.domain.utf8),
      Array("10.0.0.7".utf8), [], Array("CURVE".utf8), key.bytes,
    ]
    for _ in 0..<random.below(3) { change(&frames, &random) }
    return frames
  }

  private func change(_ frames: inout [[UInt8]], _ random: inout RandomStream) {
    let index = random.below(max(1, frames.count))
    switch random.below(6) {
    case 0 where !frames.isEmpty: frames.remove(at: index)
    case 1: frames.insert(random.bytes(random.below(600)), at: index)
    case 2 where !frames.isEmpty: frames.swapAt(index, random.below(frames.count))
    case 3 where !frames.isEmpty: frames[index] = random.bytes(random.below(300))
    default:
      guard !frames.isEmpty else { return }
      frames[index] = frames[index].mutated(&random)
    }
  }

  private func outcome(of frames: [[UInt8]]) throws -> String {
    let answer = answers.answer(frames)
    guard answer.count == 6, answer[0] == Array("1.0".utf8) else {
      throw Finding(text: "\(frames) is answered by \(answer)")
    }
    let code = String(decoding: answer[2], as: UTF8.self)
    let marked = answers.key(named: String(decoding: answer[4], as: UTF8.self))
    guard (code == "200") == (marked != nil), ["200", "300", "400"].contains(code) else {
      throw Finding(
        text: "\(frames) is answered \(code) with the mark of \(String(describing: marked))")
    }
    if code == "200" { try check(frames, marked) }
    return code
  }

  private func check(_ frames: [[UInt8]], _ marked: CurveKey?) throws {
    guard marked == listed[0], frames.count == 7, frames[6] == listed[0].bytes,
      frames[5] == Array("CURVE".utf8), frames[2] == Array(ZapRequest.domain.utf8)
    else { throw Finding(text: "\(frames) was let in") }
  }
}
