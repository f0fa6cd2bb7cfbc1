import Foundation
import Testing

/// A use that cannot work, and what the command must say and end with.
struct BadUse: CustomTestStringConvertible, Sendable {
  var arguments: [String]
  var code: Int32
  var says: [String]

  init(_ arguments: String..., code: Int32, says: String...) {
    (self.arguments, self.code, self.says) = (arguments, code, says)
  }

  var testDescription: String { arguments.joined(separator: " ") }
}

/// Files that bad uses are about.
private let files = [
  "unknown-key.yaml": """
  steps: 10
  batch: 2
  tasks: {family: sinusoid, shots: 5}
  network: {kind: mlp, hidden: [8]}
  lerner: {method: maml}
  """,
  "wrong-type.yaml": "steps: 10\n\nbatch: many\n",
  "impossible.yaml": "steps: 10\nbatch: 2\ntasks:\n  family: sinusoid\n  shots: 0\n",
  "twice.yaml": "steps: 10\nbatch: 2\nsteps: 11\n",
  "no-yaml.yaml": "steps: 10\nbatch: [2\n",
  "not-a-checkpoint": "something else",
]

private let badUses = [
  BadUse(code: 0, says: "USAGE: outerloop", "train", "worker"),
  BadUse("tain", code: 64, says: "Unexpected argument 'tain'"),
  BadUse("train", code: 64, says: "a plan is missing", "sinusoid"),
  BadUse("train", "sinusoidal", code: 66, says: "sinusoidal: no such file", "sinusoid"),
  BadUse("train", "sinusoid", "--worker", "2", code: 64, says: "--worker", "--workers"),
  BadUse("train", "sinusoid", "--workers", "two", code: 64, says: "'two'", "--workers"),
  BadUse("train", "sinusoid", "--workers", "0", code: 64, says: "--workers is at least 1, not 0"),
  BadUse("train", "sinusoid", "--threads", "0", code: 64, says: "--threads is at least 1, not 0"),
  BadUse("train", "sinusoid", "--threads", "9999", code: 64, says: "at most 1024, not 9999"),
  BadUse("train", "sinusoid", "--patience", "0", code: 64, says: "--patience is above 0"),
  BadUse("train", "sinusoid", "--patience", "nan", code: 64, says: "--patience", "nan"),
  BadUse("train", "sinusoid", "--patience", "1e300", code: 64, says: "--patience", "1e+300"),
  BadUse("train", "sinusoid", "--metrics-every", "0", code: 64, says: "--metrics-every"),
  BadUse("train", "sinusoid", "--resume", "r", code: 64, says: "not both"),
  BadUse("train", "sinusoid", "--kernels", "abacus", code: 64, says: "abacus", "portable"),
  BadUse("train", "sinusoid", "--log-level", "loud", code: 64, says: "loud", "warning"),
  BadUse(
    "train", "unknown-key.yaml", code: 65,
    says: "unknown-key.yaml:5", "lerner", "learner"),
  BadUse("train", "wrong-type.yaml", code: 65, says: "wrong-type.yaml:3", "batch", "many"),
  BadUse("plan", "impossible.yaml", code: 65, says: "impossible.yaml:5", "tasks.shots", "0"),
  BadUse("plan", "twice.yaml", code: 65, says: "twice.yaml:", "'steps' is given twice"),
  BadUse("train", "no-yaml.yaml", code: 65, says: "no-yaml.yaml:"),
  BadUse("train", "not-a-checkpoint", code: 65, says: "not-a-checkpoint"),
  BadUse("train", "sinusoid", "--set", "steps", code: 65, says: "steps"),
  BadUse("train", "sinusoid", "--set", "steps=many", code: 65, says: "steps", "many"),
  BadUse("train", "sinusoid", "--set", "learner.rate=1", code: 65, says: "learner", "rate"),
  BadUse(
    "train", "sinusoid", "--bind", "tcp://0.0.0.0:7000", code: 64,
    says: "tcp://0.0.0.0:7000", "--keys", "--insecure"),
  BadUse("train", "sinusoid", "--bind", "tcp://*:7000", code: 64, says: "tcp://*:7000", "--keys"),
  BadUse("coordinator", "sinusoid", "--bind", "tcp://[::]:7000", code: 64, says: "[::]", "--keys"),
  BadUse("coordinator", "sinusoid", "--bind", "tcp://host:7000", code: 64, says: "--keys"),
  BadUse(
    "train", "sinusoid", "--keys", "k", "--insecure", code: 64, says: "--keys", "--insecure"),
  BadUse(
    "train", "sinusoid", "--keys", "none", code: 66, says: "none/coordinator.key: there is no such"),
  BadUse(
    "worker", "--connect", "ipc://socket", "--keys", "none", code: 66,
    says: "none/worker.key: there is no such"),
  BadUse("keys", "allow", "nobody", code: 65, says: "40 characters", "nobody"),
  BadUse("keys", "revoke", "nobody", code: 66, says: "keys: there is no such"),
  BadUse("keys", "show", code: 66, says: "keys: there is no such"),
  BadUse("keys", "new", "../x", code: 64, says: "../x"),
  BadUse(
    "train", "sinusoid", "--bind", "tcp://127.evil.example:7000", code: 64, says: "--insecure"),
  BadUse(
    "train", "sinusoid", "--bind", "tcp://192.0.2.1:7000", "--insecure", code: 73,
    says: "192.0.2.1", "not an address of this machine"),
  BadUse("train", "sinusoid", "--bind", "nowhere", "--insecure", code: 64, says: "nowhere"),
  BadUse("coordinator", "sinusoid", code: 64, says: "--bind"),
  BadUse("worker", code: 64, says: "--connect"),
  BadUse("worker", "--connect", "nowhere", code: 64, says: "nowhere"),
  BadUse("worker", "--connect", "ipc://socket", "--wait", "-1", code: 64, says: "--wait"),
  BadUse("train", "--resume", "nothing", code: 66, says: "nothing", "no run"),
  BadUse("evaluate", "nothing", code: 66, says: "nothing"),
  BadUse("evaluate", "not-a-checkpoint", code: 65, says: "not-a-checkpoint: "),
  BadUse("evaluate", "nothing", "--set", "seed=1", code: 64, says: "seed=1", "evaluation"),
  BadUse("plan", "sinusoid", "--set", "batch=0", code: 65, says: "batch", "0"),
  BadUse("simulate", "--seeds", "0", code: 64, says: "--seeds is at least 1, not 0"),
  BadUse(
    "gradient", "--plan", "sinusoid", "--parameters", "none", "--episodes", "none", "-o", "g",
    code: 66, says: "none: "),
  BadUse(
    "gradient", "--plan", "sinusoid", "--parameters", "not-a-checkpoint", "--episodes",
    "not-a-checkpoint",
    "-o", "g", code: 65, says: "not-a-checkpoint: "),
]

extension CommandTests {
  /// Mistakes are told in a sentence, and end with the code that scripts expect.
  @Suite struct BadUseTests {
    @Test(arguments: badUses) func isExplained(_ use: BadUse) throws {
      let scratch = try Scratch()
      for (name, text) in files.sorted(by: { $0.key < $1.key }) {
        try scratch.write(text, to: name)
      }
      let outcome = try Command.run(use.arguments, in: scratch.path)
      let said = outcome.errors + outcome.output
      #expect(outcome.ending == .exit(use.code), "\(said)")
      for part in use.says { #expect(said.contains(part)) }
      #expect(!FileManager.default.fileExists(atPath: scratch.file("runs")))
    }
  }
}
