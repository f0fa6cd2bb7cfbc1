import Coordination
import Transport

// MARK: - Who is let in

extension CoordinatorService {
  func note(_ intrusion: Intrusion, _ peer: PeerID, _ key: CurveKey?) {
    let who = key.map { "\(peer) with the key \($0)" } ?? "\(peer)"
    switch intrusion {
    case .takenName: refuse(.takenName, of: who, because: "the name is another key's")
    case .unmarked: refuse(.unmarked, of: who, because: "nobody was asked to let it in")
    case .notAdmitted: refuse(.deniedKey, of: who, because: "the key is not allowed any more")
    }
  }

  /// Follows changes of whom to let in; counts and tells whom the socket kept out.
  func tendKeys() {
    keys?.tend(log)
    guard let (denials, others) = socket.admissions?.takeDenials() else { return }
    for denial in denials {
      refuse(.deniedKey, of: denial.address, because: denial.reason.description)
    }
    for _ in 0..<others {
      refuse(.deniedKey, of: "unknown", because: "too many at once to name all")
    }
  }
}
