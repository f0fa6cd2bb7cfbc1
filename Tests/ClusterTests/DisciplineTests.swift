import Coordination
import Testing
import Transport

@testable import Cluster

@Suite struct DisciplineTests {
  private let rules = PeerRules(ping: .seconds(1))
  private func name(_ number: UInt64) -> PeerID { WorkerID(number).peer }
  private func moment(_ seconds: Double) -> Moment { Moment(.seconds(seconds)) }

  @Test func whatIsUninvitedIsLimitedAndGrantedAnewInTime() {
    var discipline = Discipline(rules)
    func heard(_ attempts: Int, at seconds: Double) -> Int {
      (0..<attempts).filter { _ in
        discipline.hearing(of: name(1), bytes: 60, at: moment(seconds)) == .heard
      }.count
    }
    #expect(heard(1000, at: 0) == 512)
    #expect(heard(1000, at: 1) == 8)
    #expect(heard(1000, at: 65) == 512)
    let other = discipline.hearing(of: name(2), bytes: 60, at: moment(0))
    #expect(other == .heard)
  }

  /// An honest worker pings, and answers what it is asked.
  @Test func anHonestWorkerIsAlwaysHeard() {
    var discipline = Discipline(rules)
    for second in 0..<100 {
      let now = moment(Double(second))
      for _ in 0..<2 * mostLeasesAtOnce { discipline.invite(name(1), at: now) }
      for _ in 0..<2 * mostLeasesAtOnce {
        guard discipline.hearing(of: name(1), bytes: 1 << 20, at: now) == .heard else {
          Issue.record("an answer was not heard after \(second) s")
          return
        }
      }
      let ping = discipline.hearing(of: name(1), bytes: 100, at: now)
      #expect(ping == .heard)
    }
  }

  /// Whether answers are long or short, one that takes its time is pinged before.
  @Test(arguments: [100, 1 << 20]) func pingsLeaveAnswersTheirInvitations(bytes: Int) {
    var discipline = Discipline(rules)
    for second in 0..<1000 {
      let now = moment(Double(second))
      discipline.invite(name(1), at: now)
      let ping = discipline.hearing(of: name(1), bytes: 100, at: now)
      let answer = discipline.hearing(of: name(1), bytes: bytes, at: now)
      #expect([ping, answer] == [.heard, .heard], "after \(second) s")
    }
  }

  @Test func whatIsLongAndUninvitedCostsMore() {
    var discipline = Discipline(rules)
    let heard = (0..<100).filter { _ in
      discipline.hearing(of: name(1), bytes: 1 << 20, at: moment(0)) == .heard
    }.count
    #expect(heard == 7)
  }

  @Test func invitationsDoNotAddUpForEver() {
    var discipline = Discipline(rules)
    for _ in 0..<10_000 { discipline.invite(name(1), at: moment(0)) }
    let heard = (0..<10_000).filter { _ in
      discipline.hearing(of: name(1), bytes: 60, at: moment(0)) == .heard
    }.count
    #expect(heard == rules.mostInvitations + rules.burst)
  }

  /// Each greeting is answered by a lease.
  @Test func greetingsAreNotPaidForByLeases() {
    var discipline = Discipline(rules)
    let heard = (0..<1000).filter { _ in
      defer { discipline.invite(name(1), at: moment(0)) }
      return discipline.hearing(of: name(1), bytes: 60, at: moment(0)) == .heard
        && discipline.mayGreet(name(1), at: moment(0))
    }.count
    #expect((rules.burst / 2...rules.burst).contains(heard))
  }

  @Test func whoOffendsAgainAndAgainIsStruckOffOnce() {
    var discipline = Discipline(rules)
    let struck = (0..<40).map { _ in discipline.blame(name(1), nil, at: moment(0)) }
    #expect(struck == (0..<40).map { $0 == 15 })
    let hearings = [1, 2].map { discipline.hearing(of: name($0), bytes: 1, at: moment(1e6)) }
    #expect(hearings == [.struckOff, .heard])
  }

  @Test func anOffenceNowAndThenIsForgiven() {
    var discipline = Discipline(rules)
    for minute in 0..<1000 {
      let isStruckOff = discipline.blame(name(1), nil, at: moment(60 * Double(minute)))
      #expect(!isStruckOff)
    }
  }

  @Test func aKeyIsBlamedUnderWhateverName() {
    var discipline = Discipline(rules)
    let (key, other) = (KeyPair.random().publicKey, KeyPair.random().publicKey)
    let struck = (1...16).map { discipline.blame(name($0), key, at: moment(0)) }
    #expect(struck == (1...16).map { $0 == 16 })
    let isStruckOff = discipline.blame(name(17), other, at: moment(0))
    #expect(!isStruckOff)
  }

  @Test func everNewNamesAreForgotten() {
    var values = LatestValues<Int, Int>(atMost: 100)
    for number in 0..<10_000 {
      values[number] = number
      values[0] = 0
    }
    #expect(values[0] == 0)
    #expect(values[9999] == 9999)
    #expect((0..<10_000).filter { values[$0] != nil }.count <= 100)
  }
}
