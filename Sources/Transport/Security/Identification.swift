import CZeroMQ

/// Who one end of a connection is, and whom it talks to.
public enum Identification: Equatable, Sendable {
  /// Anybody, to anybody, in the clear.
  case none
  /// A router with these keys, which lets in who is admitted.
  case router(KeyPair, admitting: Admissions)
  /// A dealer with these keys, which talks to the router that has the other key alone.
  case dealer(KeyPair, to: CurveKey)
}

extension Socket {
  func setKeys(of dealer: KeyPair, router: CurveKey) {
    set(ZMQ_CURVE_SERVERKEY, router.bytes)
    set(ZMQ_CURVE_PUBLICKEY, dealer.publicKey.bytes)
    set(dealer.secret)
  }

  func setKeys(of router: KeyPair) {
    set(ZMQ_CURVE_SERVER, 1)
    set(ZMQ_ZAP_DOMAIN, Array(ZapRequest.domain.utf8))
    set(router.secret)
  }

  private func set(_ secret: SecretKey) {
    let result = secret.withUnsafeBytes {
      zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, $0.baseAddress, $0.count)
    }
    precondition(result == 0, "no CURVE in this libzmq: \(Socket.lastError)")
  }

  private func set(_ option: Int32, _ bytes: [UInt8]) {
    let result = zmq_setsockopt(raw, option, bytes, bytes.count)
    precondition(result == 0, "no CURVE in this libzmq: \(Socket.lastError)")
  }
}
