import CProcess

/// How long a thread computes at a time while others wait for its processor.
///
/// Where every processor computes tasks, a thread that passes messages on would wait for the end of a turn,
/// some milliseconds, and with it a whole step. The system lets those in at once whose own turns are
/// short.
enum Turn {
  /// Of threads that pass messages on: as long as the longest thing they do at once, an outer update or the
  /// copying of a large message.
  case short
  /// As the system thinks best.
  case usual

  /// Makes this the turn of the calling thread, and of those that it starts.
  func adopt() {
    switch self {
    case .short: ol_set_turn(1_000_000)
    case .usual: ol_set_turn(0)
    }
  }
}
