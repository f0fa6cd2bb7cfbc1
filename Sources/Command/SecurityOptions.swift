import ArgumentParser
import Transport

/// Who may join a run.
struct SecurityOptions: ParsableArguments {
  @Flag(help: "Listen to any address without keys: whoever reaches it may join.")
  var insecure = false

  /// Without keys, whoever reaches the socket can join and send what it likes.
  func check(_ address: String) throws(Complaint) {
    guard insecure || staysOnThisMachine(address) else {
      throw Complaint(
        "\(address) can be reached from other machines, and workers are not authenticated yet;"
          + " --insecure binds it nevertheless", .usage)
    }
  }
}
