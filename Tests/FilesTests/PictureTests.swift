import Foundation
import Testing

@testable import Telemetry

#if canImport(FoundationXML)
  import FoundationXML
#endif

private typealias Point = AdaptationPicture.Point

private func points(_ y: (Double) -> Double) -> [Point] {
  (-50...50).map { Point(x: Double($0) / 10, y: y(Double($0) / 10)) }
}

private func panel(
  amplitude: Double, guess: @escaping (Double) -> Double
) -> AdaptationPicture.Panel {
  AdaptationPicture.Panel(
    title: "amplitude \(amplitude)", note: "loss 4 → 1 → 0", truth: points { amplitude * sin($0) },
    support: [-4.3, -2.2, 1.1, 3.9].map { Point(x: $0, y: amplitude * sin($0)) },
    predictions: [
      .init("before", points(guess)), .init("after 1 step", points { amplitude * sin($0) / 2 }),
    ])
}

private func picture(_ panels: [AdaptationPicture.Panel]) -> AdaptationPicture {
  AdaptationPicture(title: "Adaptation", caption: "Four points each", panels: panels)
}

/// The elements of a drawing, in order, as an XML parser sees them.
private final class Drawing: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    var style: String { attributes["class", default: ""] }
    func number(_ key: String) throws -> Double { try #require(Double(attributes[key] ?? "")) }
  }

  private(set) var elements: [Element] = []
  /// What comes between the end of one element and the start of another is only layout.
  private var isInText = false

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    let isValid = parser.parse()
    #expect(isValid, "\(String(describing: parser.parserError))")
  }

  func parser(
    _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
    attributes: [String: String]
  ) {
    elements.append(Element(name: name, attributes: attributes))
    isInText = true
  }

  func parser(
    _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
  ) {
    isInText = false
  }

  func parser(_: XMLParser, foundCharacters text: String) {
    if isInText { elements[elements.count - 1].text += text }
  }

  func styled(_ style: String) -> [Element] { elements.filter { $0.style == style } }
}

/// The line through two of the ticks: from pixels back to numbers.
private func scale(
  _ ticks: [Drawing.Element], _ axis: String, offset: Double
) throws -> (Double) -> Double {
  func value(_ tick: Drawing.Element) throws -> Double {
    try #require(Double(tick.text.replacing("−", with: "-")))
  }
  let (first, last) = (try #require(ticks.first), try #require(ticks.last))
  let (start, end) = (try first.number(axis) - offset, try last.number(axis) - offset)
  let (low, high) = (try value(first), try value(last))
  return { low + ($0 - start) / (end - start) * (high - low) }
}

@Test(arguments: [0.001, 0.2, 3.2, 45, 1e7]) func pointsStandWhereTheTicksSay(
  amplitude: Double
) throws {
  let panel = panel(amplitude: amplitude) { amplitude * cos($0) }
  let drawing = try Drawing(picture([panel]).svg)
  let across = try scale(drawing.styled("tick across"), "x", offset: 0)
  let upward = try scale(drawing.styled("tick up"), "y", offset: 3.5)
  let marks = drawing.styled("mark").dropFirst()
  #expect(marks.count == panel.support.count)
  for (mark, point) in zip(marks, panel.support) {
    #expect(abs(across(try mark.number("cx")) - point.x) < 0.01)
    #expect(abs(upward(try mark.number("cy")) - point.y) < amplitude / 200)
  }
}

@Test func everyPanelHasItsCurvesAndTheLegendNamesThem() throws {
  let drawing = try Drawing(picture([1, 2, 3, 4].map { panel(amplitude: $0) { $0 } }).svg)
  for look in ["truth", "p0", "p1"] { #expect(drawing.styled("curve \(look)").count == 5) }
  #expect(drawing.styled("panel").map(\.text) == (1...4).map { "amplitude \($0).0" })
  #expect(
    drawing.styled("key").map(\.text) == ["truth", "before", "after 1 step", "support points"])
  #expect(
    drawing.elements.filter { $0.name == "clipPath" }.map(\.attributes).map { $0["id"] } == [
      "plot0", "plot1", "plot2", "plot3",
    ])
}

@Test func aDrawingDependsOnItsDataAloneAndOnNothingOutside() {
  let panels = [panel(amplitude: 2) { $0 }]
  #expect(picture(panels).svg == picture(panels).svg)
  let svg = picture(panels).svg.replacing("http://www.w3.org/2000/svg", with: "")
  for word in ["http", "href", "@import", "url(http", "<script"] { #expect(!svg.contains(word)) }
  #expect(svg.contains("@media (prefers-color-scheme: dark)"))
}

@Test func wordsOfAnyKindAreShown() throws {
  let words = "a < b & \"c\" > 'd'\u{1}\u{0} ]]> π \u{FFFE}"
  var panel = panel(amplitude: 1) { $0 }
  (panel.title, panel.note, panel.predictions[0].label) = (words, words, words)
  let drawing = try Drawing(AdaptationPicture(title: words, caption: words, panels: [panel]).svg)
  let shown = "a < b & \"c\" > 'd'\u{FFFD}\u{FFFD} ]]> π \u{FFFD}"
  #expect(drawing.elements.filter { $0.text == shown }.count == 7)
}

@Test func aPredictionThatRunsAwayDoesNotFlattenTheTruth() throws {
  let drawing = try Drawing(picture([panel(amplitude: 1) { exp($0 * 20) }]).svg)
  let truth = try #require(drawing.styled("curve truth").last?.attributes["d"])
  let heights = truth.split { $0 == "M" || $0 == "L" }.compactMap {
    Double($0.split(separator: " ")[1])
  }
  let span = (heights.max() ?? 0) - (heights.min() ?? 0)
  #expect(span > 60)
  let runaway = try #require(drawing.styled("curve p0").last?.attributes["d"])
  #expect(!runaway.contains("e+"))
}

@Test func whatIsNotFiniteLeavesAGap() throws {
  let bad: [Double] = [.nan, .infinity, -.infinity, 1e308]
  var panel = panel(amplitude: 1) { $0 < -4 ? bad[Int(-$0 * 10) % 4] : $0 == 0 ? .nan : $0 }
  panel.support[0].y = .nan
  let drawing = try Drawing(picture([panel]).svg)
  let path = try #require(drawing.styled("curve p0").last?.attributes["d"])
  #expect(path.count { $0 == "M" } == 2)
  #expect(!path.contains("nan") && !path.contains("inf"))
  #expect(drawing.styled("mark").count == panel.support.count)
}

@Test func emptyAndConstantTasksAreDrawnToo() throws {
  let empty = AdaptationPicture.Panel(title: "", note: "", truth: [], support: [], predictions: [])
  let flat = AdaptationPicture.Panel(
    title: "", note: "", truth: points { _ in 7 }, support: [Point(x: 0, y: 7)], predictions: [])
  for panel in [empty, flat] {
    #expect(try Drawing(picture([panel]).svg).styled("tick up").count > 1)
  }
}

private let tickRows: [(ClosedRange<Double>, Int, [String])] = [
  (-5...5, 6, ["−4", "−2", "0", "2", "4"]),
  (0...1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
  (0...1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
  (0.01...0.06, 3, ["0.02", "0.04", "0.06"]),
  (-130...720, 4, ["0", "500"]),
  (1e6...1.9e6, 2, ["1000000", "1500000"]),
  (1e17...(1e17 + 64), 4, []),
]

@Test(arguments: tickRows)
func ticksAreRoundNumbers(domain: ClosedRange<Double>, count: Int, labels: [String]) {
  let axis = Axis(domain: domain, start: 0, end: 100)
  #expect(axis.ticks(count).map(\.label) == labels)
}
