import Foundation
import Pages
import Testing

/// A server with one page, which is large, and one that has nothing to say yet.
private func served() throws -> PageServer {
  let large = Page("text/plain", [UInt8](repeating: UInt8(ascii: "x"), count: 5 << 20))
  return try PageServer(at: PageAddress(host: "127.0.0.1", port: 0)) { path in
    switch path {
    case "/": Page("text/html; charset=utf-8", Array("<p>hello".utf8))
    case "/large": large
    case "/later": Page("text/plain", [])
    default: nil
    }
  }
}

@Test func aPageIsServedWithWhatKeepsItToItself() throws {
  let server = try served()
  let answer = try Browser.get("/?x=1", port: server.address.port)
  #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"))
  #expect(answer.contains("\r\nContent-Length: 8\r\n"))
  #expect(answer.contains("\r\nContent-Security-Policy: default-src 'none';"))
  #expect(answer.contains("\r\nX-Content-Type-Options: nosniff\r\n"))
  #expect(answer.hasSuffix("\r\n\r\n<p>hello"))
}

private struct Question: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  var answer: String

  init(_ name: String, _ text: String, _ answer: String) {
    (testDescription, self.text, self.answer) = (name, text, answer)
  }
}

private let questions = [
  Question("head alone", "HEAD / HTTP/1.1\r\n\r\n", "200 OK"),
  Question("line feeds alone", "GET / HTTP/1.0\n\n", "200 OK"),
  Question("another path", "GET /etc/passwd HTTP/1.1\r\n\r\n", "404 Not Found"),
  Question("dots", "GET /../../etc/passwd HTTP/1.1\r\n\r\n", "404 Not Found"),
  Question("nothing to say yet", "GET /later HTTP/1.1\r\n\r\n", "503 Service Unavailable"),
  Question("another method", "POST / HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
  Question("another site", "GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n", "421 Misdirected"),
  Question("an address", "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", "200 OK"),
  Question("an address of six", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "200 OK"),
  Question("no path", "GET HTTP/1.1\r\n\r\n", "400 Bad Request"),
  Question("no HTTP", "GET / SSH-2.0\r\n\r\n", "400 Bad Request"),
  Question("an empty line", "\r\n\r\n", "400 Bad Request"),
  Question("noise", "\u{1}\u{7F}\u{0}\u{FFFD} / HTTP/1.1\r\n\r\n", "400 Bad Request"),
  Question("no end", String(repeating: "x", count: 1 << 20), "431 Request Header"),
]

@Test(arguments: questions) private func whatIsAskedIsAnswered(_ question: Question) throws {
  let server = try served()
  let answer = try Browser.ask(question.text, port: server.address.port)
  #expect(answer.hasPrefix("HTTP/1.1 \(question.answer)"))
  #expect(try Browser.get("/", port: server.address.port).hasSuffix("<p>hello"))
}

/// Of those that say nothing, or read nothing, the oldest give way.
@Test func whoSaysNothingKeepsNobodyOut() throws {
  let server = try served()
  let port = server.address.port
  let start = ContinuousClock.now
  let idle = try (0..<80).map { index in
    let browser = try Idle(port: port)
    if index.isMultiple(of: 2) { browser.browser.say("GET /large HTTP/1.1\r\n\r\n") }
    return browser
  }
  #expect(try Browser.get("/", port: port).hasSuffix("<p>hello"))
  for browser in idle.prefix(40) { #expect(browser.browser.answer().utf8.count < 5 << 20) }
  // Long before their time was up.
  #expect(start.duration(to: .now) < .seconds(8))
  #expect(try Browser.get("/large", port: port).utf8.count > 5 << 20)
}

@Test func manyBrowsersAreServedAtOnce() async throws {
  let server = try served()
  let port = server.address.port
  try await withThrowingTaskGroup(of: Bool.self) { group in
    for _ in 0..<20 { group.addTask { try Browser.get("/", port: port).hasSuffix("<p>hello") } }
    for try await isRight in group { #expect(isRight) }
  }
}

@Test func aServerEndsWhenItIsToldTo() throws {
  let server = try served()
  server.stop()
  let deadline = ContinuousClock.now + .seconds(10)
  while (try? Browser.get("/", port: server.address.port)) ?? "" != "" {
    try #require(ContinuousClock.now < deadline)
  }
}

@Test func anAddressThatIsTakenIsSaidToBe() throws {
  let server = try served()
  #expect(throws: PageError.cannotListen(server.address, errno: EADDRINUSE)) {
    try PageServer(at: server.address) { _ in nil }
  }
}

@Test(arguments: [
  ("8080", "http://127.0.0.1:8080/", true), ("0", "http://127.0.0.1:0/", true),
  ("localhost:1", "http://localhost:1/", true), ("[::1]:1", "http://[::1]:1/", true),
  ("127.1.2.3:1", "http://127.1.2.3:1/", true), ("0.0.0.0:1", "http://0.0.0.0:1/", false),
  ("[::]:1", "http://[::]:1/", false), ("127.evil.example:1", "http://127.evil.example:1/", false),
])
func addressesAreWhatTheyLookLike(_ text: String, url: String, isLoopback: Bool) {
  let address = PageAddress(text)
  #expect(address?.url == url)
  #expect(address?.isLoopback == isLoopback)
}

@Test(arguments: ["", ":", "x", ":80", "h:", "h:65536", "h:-1", "::1:80", "h:8o", "[h]:1", "1:2:3"])
func whatIsNoAddressIsNone(_ text: String) { #expect(PageAddress(text) == nil) }

private final class Idle {
  let browser: Browser
  init(port: UInt16) throws { browser = try Browser(port: port) }
}
