import Files
import Foundation
import Telemetry
import Testing

/// TensorBoard's format, read by the book and not by the writer's code.
private struct ReadEvent: Equatable {
  var step: Int64 = 0
  var time = 0.0
  var version: String?
  var starts = false
  var scalars: [String: Float] = [:]

  init(_ data: ArraySlice<UInt8>) throws {
    for (field, value) in try fields(data) {
      switch (field, value) {
      case (1, .eight(let bits)): time = Double(bitPattern: bits)
      case (2, .integer(let value)): step = Int64(bitPattern: value)
      case (3, .bytes(let text)): version = String(decoding: text, as: UTF8.self)
      case (5, .bytes(let summary)): try readSummary(summary)
      case (7, .bytes(let log)): starts = try fields(log).contains { $0 == (1, .integer(1)) }
      default: throw Unreadable()
      }
    }
  }

  private mutating func readSummary(_ summary: ArraySlice<UInt8>) throws {
    for (_, value) in try fields(summary) {
      guard case .bytes(let bytes) = value else { throw Unreadable() }
      let parts = try fields(bytes)
      guard case (1, .bytes(let tag)) = parts[0], case (2, .four(let bits)) = parts[1] else {
        throw Unreadable()
      }
      scalars[String(decoding: tag, as: UTF8.self)] = Float(bitPattern: bits)
    }
  }
}

private struct Unreadable: Error {}

private enum Field: Equatable {
  case integer(UInt64)
  case eight(UInt64)
  case bytes(ArraySlice<UInt8>)
  case four(UInt32)
}

private func fields(_ message: ArraySlice<UInt8>) throws -> [(Int, Field)] {
  var rest = message
  var found: [(Int, Field)] = []
  func integer() throws -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
    throw Unreadable()
  }
  func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw Unreadable() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
  while !rest.isEmpty {
    let key = try integer()
    let field: Field =
      switch key & 7 {
      case 0: .integer(try integer())
      case 1: .eight(littleEndian(try take(8)))
      case 2: .bytes(try take(Int(try integer())))
      case 5: .four(UInt32(littleEndian(try take(4))))
      default: throw Unreadable()
      }
    found.append((Int(key >> 3), field))
  }
  return found
}

private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  zip(bytes, 0...).reduce(0) { $0 | UInt64($1.0) << (8 * $1.1) }
}

/// Bit by bit, as a division by the polynomial is defined.
private func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    for bit in 0..<8 {
      let isOdd = (crc ^ UInt32(byte) >> bit) & 1 == 1
      crc = crc >> 1 ^ (isOdd ? 0x82F6_3B78 : 0)
    }
  }
  crc = ~crc
  return UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
}

private func events(_ file: [UInt8]) throws -> [ReadEvent] {
  var rest = file[...]
  var found: [ReadEvent] = []
  while !rest.isEmpty {
    let length = Int(littleEndian(rest.prefix(8)))
    guard littleEndian(rest.dropFirst(8).prefix(4)) == masked(rest.prefix(8)),
      rest.count >= 16 + length
    else { throw Unreadable() }
    let data = rest.dropFirst(12).prefix(length)
    guard littleEndian(rest[data.endIndex...].prefix(4)) == masked(data) else {
      throw Unreadable()
    }
    found.append(try ReadEvent(data))
    rest = rest.dropFirst(16 + length)
  }
  return found
}

private func record(_ step: Int) -> MetricsRecord {
  MetricsRecord(
    step: step, lossBefore: 3.5, lossAfter: Float(step), tasksPerSecond: 1e6, computing: 0.5,
    seconds: 1, workers: 4, refused: 0, figures: [.init("moving.fc1", 0.25)])
}

private func path(_ scratch: borrowing Scratch, _ epoch: Int) -> String {
  scratch.path + "/events.out.tfevents.000000000\(epoch).outerloop"
}

@Test func theChecksumIsThatOfTheStandard() {
  // The check value of CRC-32C, masked.
  let mask = (UInt32(0xE306_9283) >> 15 | 0xE306_9283 << 17) &+ 0xA282_EAD8
  #expect(masked(Array("123456789".utf8)[...]) == UInt64(mask))
}

@Test func whatIsWrittenForTensorBoardIsThereToRead() throws {
  let scratch = try Scratch()
  let log = try EventLog(in: scratch.path, epoch: 1, after: 0, at: 1234.5)
  try log.append(record(300), at: 1235)
  try log.append(
    MeasuredRecord(.validation, step: 1 << 40, loss: .nan, accuracy: (0.75, 0.01), bestStep: 7),
    at: 1236)
  let found = try events(try readFile(path(scratch, 1)))
  #expect(found.map(\.step) == [0, 1, 300, 1 << 40])
  #expect(found.map(\.time) == [1234.5, 1234.5, 1235, 1236])
  #expect(found.map(\.version) == ["brain.Event:2", nil, nil, nil])
  #expect(found.map(\.starts) == [false, true, false, false])
  #expect(
    found[2].scalars == [
      "train/loss_before": 3.5, "train/loss_after": 300, "cluster/tasks_per_second": 1e6,
      "cluster/computing": 0.5, "cluster/workers": 4, "cluster/refused": 0,
      "learner/moving.fc1": 0.25,
    ])
  #expect(found[3].scalars["validation/loss"]?.isNaN == true)
  #expect(found[3].scalars["validation/accuracy"] == 0.75)
  #expect(found[3].scalars["validation/ci95"] == 0.01)
}

@Test func eventsGoOnAfterTheCheckpoint() throws {
  let scratch = try Scratch()
  do {
    let log = try EventLog(in: scratch.path, epoch: 1, after: 0, at: 1)
    for step in [10, 20, 30] { try log.append(record(step), at: 2) }
  }
  try EventLog(in: scratch.path, epoch: 2, after: 20, at: 3).append(record(30), at: 4)
  #expect(try events(try readFile(path(scratch, 1))).map(\.step) == [0, 1, 10, 20])
  let second = try events(try readFile(path(scratch, 2)))
  #expect(second.map(\.step) == [0, 21, 30])
  #expect(second[1].starts)
  _ = try EventLog(in: scratch.path, epoch: 3, after: 10, at: 5)
  #expect(try events(try readFile(path(scratch, 1))).map(\.step) == [0, 1, 10])
  #expect(try events(try readFile(path(scratch, 2))).map(\.step) == [0])
}

@Test func aTornOrDamagedEventEndsAFile() throws {
  let scratch = try Scratch()
  let records = [10, 20].map { EventRecord(.scalars(record($0).scalars), step: $0, time: 1).bytes }
  let (first, whole) = (records[0].count, records[0] + records[1])
  for length in 0..<whole.count {
    let expected = length < first ? 0 : first
    #expect(EventRecord.length(of: Array(whole[..<length]), upTo: 100) == expected)
    var damaged = whole
    damaged[length] ^= 0x40
    #expect(EventRecord.length(of: damaged, upTo: 100) == expected)
  }
  #expect(EventRecord.length(of: whole, upTo: 100) == whole.count)
  // Files of others stay as they are.
  let other = scratch.path + "/events.out.tfevents.1.elsewhere"
  try writeAtomically([1, 2, 3], to: other)
  _ = try EventLog(in: scratch.path, epoch: 1, after: 0, at: 1)
  #expect(try readFile(other) == [1, 2, 3])
}
