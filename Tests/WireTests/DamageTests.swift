import NDArrays
import Testing
import Wire

/// What memory and networks do to frames.
@Suite struct DamageTests {
  @Test(arguments: Sample.all) func noBeginningOfAFrameIsAFrame(_ sample: Sample) {
    let frame = Wire.encode(sample.packet)
    for count in frame.indices {
      #expect(throws: WireError.self) { try Wire.decode(Array(frame[..<count])) }
    }
  }

  /// Even if the beginning is sealed again, as by a peer whose encoder stops early.
  @Test(arguments: Sample.all) func noBeginningOfAFrameSaysSomethingElse(_ sample: Sample) {
    let content = Wire.encode(sample.packet).dropLast(5)
    for count in content.indices {
      let frame = RawFrame().adding(Array(content[..<count])).sealed
      #expect(throws: WireError.self) { try Wire.decode(frame) }
    }
  }

  @Test(arguments: Sample.all) func everyFlippedBitIsNoticed(_ sample: Sample) {
    var frame = Wire.encode(sample.packet)
    for bit in 0..<frame.count * 8 {
      frame[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: WireError.self) { try Wire.decode(frame) }
      frame[bit / 8] ^= 1 << (bit % 8)
    }
  }

  /// Sealed again, a change says either nothing or what our encoder would say in the same bytes.
  @Test(arguments: Sample.all) func everyChangedByteIsRefusedOrMeansWhatItSays(_ sample: Sample) {
    let content = Array(Wire.encode(sample.packet).dropLast(5))
    for index in content.indices {
      for change in [1, 0x80, 0xFF] as [UInt8] {
        var changed = content
        changed[index] ^= change
        let frame = RawFrame().adding(changed).sealed
        guard let packet = try? Wire.decode(frame) else { continue }
        #expect((try? Wire.decode(Wire.encode(packet))) == packet)
      }
    }
  }

  @Test func bytesBehindAFrameAreDamage() {
    let frame = Wire.encode(Packet(run: 1, epoch: 1, .pong))
    #expect(throws: WireError.checksum) { try Wire.decode(frame + [0]) }
    #expect(throws: WireError.checksum) { try Wire.decode(frame + frame) }
  }
}
