import Datasets
import Testing

/// The digests that the reference implementation gives.
@Test(arguments: [
  ("", "ef46db3751d8e999"),
  ("a", "d24ec4f1a98c6e5b"),
  ("abc", "44bc2cf5ad770999"),
  ("Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
])
func aDigestIsThatOfTheReferenceImplementation(_ text: String, _ digest: String) {
  #expect(ContentDigest(Array(text.utf8)).description == digest)
}

@Test func aDigestChangesWithEveryByteAndWithTheLength() {
  let bytes = (0..<77).map { UInt8($0) }
  var digests: Set = [ContentDigest(bytes)]
  for index in bytes.indices {
    var other = bytes
    other[index] ^= 0x10
    digests.insert(ContentDigest(other))
    digests.insert(ContentDigest(Array(bytes[..<index])))
  }
  #expect(digests.count == 1 + 2 * bytes.count)
}
