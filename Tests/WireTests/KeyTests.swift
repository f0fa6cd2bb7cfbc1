import Files
import Foundation
import Testing
import Transport

@Suite struct KeyTests {
  private let directory: Directory
  private var path: String { directory.path + "/some.key" }

  init() throws { directory = try Directory() }

  private func mode(_ path: String) throws -> Int {
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    return try #require(mode)
  }

  private func secretText() throws -> String {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("secret ") })
    return String(line.dropFirst("secret ".count))
  }

  @Test func keysComeBackFromTheirFileThatOnlyTheOwnerMayRead() throws {
    let keys = KeyPair.random()
    try keys.write(to: path)
    #expect(try mode(path) == 0o600)
    #expect(try KeyPair(contentsOf: path) == keys)
    #expect(try CurveKey(contentsOf: path) == keys.publicKey)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["some.key"])
  }

  @Test func aPublicKeyComesBackFromItsFileAndItsText() throws {
    let key = KeyPair.random().publicKey
    try key.write(to: path)
    #expect(try CurveKey(contentsOf: path) == key)
    #expect(CurveKey(key.description) == key)
    let error = #expect(throws: KeyError.self) { try KeyPair(contentsOf: path) }
    #expect(error == .open(path: path, mode: 0o644))
  }

  /// The published example of Z85, from RFC 32, padded to a key.
  @Test func textIsZ85() throws {
    let key = try #require(CurveKey(String(repeating: "HelloWorld", count: 4)))
    #expect(key.description == "HelloWorldHelloWorldHelloWorldHelloWorld")
  }

  @Test(arguments: [
    "", "HelloWorld", String(repeating: "~", count: 40), String(repeating: "#", count: 40),
    String(repeating: "0", count: 39), String(repeating: "0", count: 41),
    String(repeating: "0", count: 39) + "\n", String(repeating: "ü", count: 20),
  ])
  func whatIsNoKeyIsNone(text: String) { #expect(CurveKey(text) == nil) }

  @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o660, 0o601])
  func aSecretThatOthersMayTouchIsRefusedWithItsMode(mode: Int) throws {
    try KeyPair.random().write(to: path)
    #expect(chmod(path, mode_t(mode)) == 0)
    let error = #expect(throws: KeyError.self) { try KeyPair(contentsOf: path) }
    #expect(error == .open(path: path, mode: UInt32(mode)))
    #expect(error?.description.contains("mode is 0\(String(mode, radix: 8))") ?? false)
  }

  @Test func keysAreNotWrittenOver() throws {
    let keys = KeyPair.random()
    try keys.write(to: path)
    #expect(throws: KeyError.exists(path: path)) { try KeyPair.random().write(to: path) }
    #expect(try KeyPair(contentsOf: path) == keys)
  }

  @Test func whatIsNoFileOfKeysIsNamed() throws {
    #expect(throws: KeyError.file(.missing(path: path))) { try KeyPair(contentsOf: path) }
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: KeyError.notAFile(path: path)) { try KeyPair(contentsOf: path) }
    unlink(path)
    for (text, line) in [("", 1), ("public x\n", 2), ("# a\nsecret abc\n", 2)] {
      #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
      chmod(path, 0o600)
      let error = #expect(throws: KeyError.self) { try KeyPair(contentsOf: path) }
      guard case .malformed(path, line, _) = error else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func noSecretIsEverPrinted() throws {
    let keys = KeyPair.random()
    try keys.write(to: path)
    let secret = try secretText()
    var dumped = ""
    dump(keys, to: &dumped)
    var options = SocketOptions()
    options.identification = .dealer(keys, to: keys.publicKey)
    for text in [
      "\(keys)", String(reflecting: keys), dumped, "\(options)", String(reflecting: options),
    ] {
      #expect(text.contains(keys.publicKey.description))
      #expect(!text.contains(secret))
    }
  }
}
