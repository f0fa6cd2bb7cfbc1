import Cluster
import Foundation
import Transport

/// A new folder that only this user can enter.
struct PrivateFolder {
  let path: String

  init() throws(Complaint) {
    let template = FileManager.default.temporaryDirectory.appending(path: "outerloop-XXXXXX").path
    var path = Array(template.utf8CString)
    guard mkdtemp(&path) != nil else {
      let why = String(cString: strerror(errno))
      throw Complaint("\(template): could not make a private folder: \(why)", .cannotCreate)
    }
    self.path = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Nothing more can be done about a folder that cannot be removed, so nothing is said either.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// A socket in a folder that only this user can enter.
struct PrivateSocket {
  private let folder: PrivateFolder

  init() throws(Complaint) { folder = try PrivateFolder() }

  var address: String { "ipc://\(folder.path)/socket" }

  /// Makes keys for workers of this machine, which are gone with the socket.
  ///
  /// - Returns: the folder they are in.
  func guestKeys(_ keys: CoordinatorKeys) throws(Complaint) -> String {
    let path = "\(folder.path)/keys"
    try complaining { () throws(KeyError) in try keys.welcomeGuests(in: KeyFolder(path)) }
    return path
  }

  func remove() { folder.remove() }
}
