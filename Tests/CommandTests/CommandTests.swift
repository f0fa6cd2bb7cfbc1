import Testing

/// Claims about the built command, run as people run it.
///
/// One after the other, because each starts several processes, and all look at what time does.
@Suite(.serialized) enum CommandTests {}
