import CProcess
import Testing

@testable import Cluster

@Test func noTwoSeatsAreOneProcessorAndWhoLeavesMayRunWhereItMightBefore() {
  let before = allowed()
  let count = before.reduce(0) { $0 + $1.nonzeroBitCount }
  #expect(Set(claimed()).count == min(2, count))
  #expect(allowed() == before)
}

private func allowed() -> [UInt8] {
  var processors = ol_processors()
  _ = ol_allowed_processors(&processors)
  return withUnsafeBytes(of: processors) { Array($0) }
}

/// Where this thread worked on two seats that nobody else claims.
private func claimed() -> [Int32] {
  let claimants = "test-\(UInt64.random(in: 0 ... .max))"
  var first = Seat(among: claimants)
  var second = Seat(among: claimants)
  let here = place(of: &first)
  return second.isNone ? [here] : [here, place(of: &second)]
}

/// Where work is done once a piece of it has taken long.
private func place(of seat: inout Seat) -> Int32 {
  let start = ContinuousClock.now
  _ = seat.take { while start.duration(to: .now) < .milliseconds(2) {} }
  return seat.take { ol_processor() }.result
}

@Test func aSeatIsLeftForLongerEachTimeThatSomebodyIsThere() {
  var courtesy = Courtesy()
  var seated: [Int] = []
  for piece in 0..<1200 {
    if !courtesy.isAway { seated.append(piece) }
    courtesy.note(isDisturbed: true)
  }
  #expect(seated == [0, 1, 9, 73, 585, 1097])
}

@Test func aSeatIsKeptThroughOneDisturbanceAndTakenAgainForGood() {
  var courtesy = Courtesy()
  for isDisturbed in [true, false, true, false] {
    courtesy.note(isDisturbed: isDisturbed)
    #expect(!courtesy.isAway)
  }
  for _ in 0..<4 { courtesy.note(isDisturbed: true) }
  #expect(courtesy.isAway)
  while courtesy.isAway { courtesy.note(isDisturbed: false) }
  courtesy.note(isDisturbed: false)
  courtesy.note(isDisturbed: true)
  #expect(!courtesy.isAway)
}
