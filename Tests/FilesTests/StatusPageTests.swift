import Foundation
import FoundationXML
import Telemetry
import Testing

@Test func whatWorkersCallThemselvesIsNoMarkup() {
  var status = sampleStatus()
  status.run.folder = "</title><script>alert(1)</script>"
  status.waitingFor = "<img src=x onerror=alert(2)>"
  status.events = [.init(seconds: 1, "\"><script>alert(3)</script>")]
  status.refused = [.init("x", "<b>", 1)]
  status.run.address = "tcp://<i>"
  let html = StatusPage(status).html
  for markup in ["<script>", "<img", "<b>", "<i>"] { #expect(!html.contains(markup)) }
  #expect(html.components(separatedBy: "<script ").count == 2)
  #expect(html.contains("&lt;script&gt;1&lt;/script&gt;"))
  // No style and no handler stands in an element: the policy allows none.
  #expect(!html.contains(" style=") && !html.contains(" onclick="))
}

@Test(arguments: [0, 1, 200]) func aPageHasARowForEachWorker(_ workers: Int) throws {
  let html = StatusPage(sampleStatus(workers: workers)).html
  #expect(html.components(separatedBy: "<th scope=\"row\"").count == workers + 1)
  #expect(html.contains(">none yet<") == (workers == 0))
  // As XML it is sound, so no element is left open.
  let body = try #require(html.range(of: "<body>")).lowerBound
  let parser = XMLParser(data: Data(html[body...].replacing("</html>", with: "").utf8))
  #expect(parser.parse())
}

@Test func aPageOfARunThatHasJustBegunSaysSo() {
  let status = ClusterStatus(
    of: .init(folder: "r", plan: "p", epoch: 1, address: "a", process: 1), time: 1, seconds: 0,
    phase: .training, step: 0, steps: 0, tasksPerSecond: 0, secondsLeft: nil, waitingFor: "")
  let html = StatusPage(status).html
  for words in ["no step yet", "no validation yet", "nothing yet"] {
    #expect(html.contains(words))
  }
}

@Test func metricsAreInPrometheusFormat() {
  var status = sampleStatus()
  status.run.folder = "a\"b\\c\nd"
  let text = StatusExposition(status).text
  #expect(text.contains("outerloop_run_info{run=\"a\\\"b\\\\c\\nd\",plan=\"0123\","))
  #expect(text.contains("\n# TYPE outerloop_step gauge\nouterloop_step 1200.0\n"))
  #expect(text.contains("\nouterloop_phase{phase=\"training\"} 1.0\n"))
  #expect(text.contains("\nouterloop_refused_total{kind=\"damaged\"} 3.0\n"))
  #expect(
    text.contains(
      "\nouterloop_worker_tasks_total{worker=\"0\",name=\"a:1\",host=\"a\"} 54321.0\n"))
  let lines = text.split(separator: "\n")
  let names = lines.filter { $0.hasPrefix("# TYPE") }.map { $0.split(separator: " ")[2] }
  #expect(Set(names).count == names.count)
  let series = lines.filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != " " } }
  #expect(Set(series).count == series.count)
  #expect(lines.filter { $0.hasPrefix("# HELP") }.count == names.count)
}
