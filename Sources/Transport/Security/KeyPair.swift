import CZeroMQ

/// A public key and the secret that proves it is one's own.
public struct KeyPair: Sendable {
  public let publicKey: CurveKey
  let secret: SecretKey

  /// A pair that nobody has had before.
  public static func random() -> KeyPair {
    withWipedBytes(2 * (CurveKey.textCount + 1)) { texts in
      let publicText = texts.assumingMemoryBound(to: CChar.self).start
      let secretText = publicText + CurveKey.textCount + 1
      let result = zmq_curve_keypair(publicText, secretText)
      precondition(result == 0, "no new keys: \(Socket.lastError)")
      let text = UnsafeRawBufferPointer(start: secretText, count: CurveKey.textCount)
      do { return try KeyPair(secret: text) } catch { preconditionFailure("a new key: \(error)") }
    }
  }

  /// The pair whose secret is written as 40 characters of Z85.
  init(secret text: UnsafeRawBufferPointer) throws(KeyError) {
    secret = try SecretKey(text: text)
    var publicText = [CChar](repeating: 0, count: CurveKey.textCount + 1)
    let result = secret.withText { secret in
      withWipedBytes(CurveKey.textCount + 1) { string in
        string.copyMemory(from: secret)
        return zmq_curve_public(&publicText, string.assumingMemoryBound(to: CChar.self).start)
      }
    }
    let bytes = publicText.dropLast().map { UInt8(bitPattern: $0) }
    guard result == 0, let key = CurveKey(String(decoding: bytes, as: UTF8.self)) else {
      throw .notAKey(nil)
    }
    publicKey = key
  }
}

extension KeyPair: Equatable {
  /// Pairs of one public key have one secret.
  public static func == (a: KeyPair, b: KeyPair) -> Bool { a.publicKey == b.publicKey }
}

extension KeyPair: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the keys of \(publicKey)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

extension SecretKey: CustomStringConvertible, CustomReflectable {
  public var description: String { "a secret key" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
