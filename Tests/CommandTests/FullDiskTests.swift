import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// A run that cannot be written ends, says so, and keeps what it had.
  @Suite struct FullDiskTests {
    /// Of 4417 parameters: a checkpoint has some 52 KiB.
    private static let wide = ["network.hidden=[64, 64]", "steps=40"]

    /// A limit for files stands for any failure to write; a few hundred blocks are more than all
    /// other files need.
    @Test func aFileThatMayNotGrowEndsTheRun() throws {
      let run = try Run(Self.wide)
      let command = try run.train(["--workers", "1"], shell: #"ulimit -f 32; exec "$@""#)
      let outcome = try command.outcome()
      #expect(outcome.ending == .exit(74))
      #expect(outcome.errors.contains("error: \(run.files.checkpoint): "))
      let left = URL(filePath: run.files.checkpoint).deletingLastPathComponent().path
      #expect(try FileManager.default.contentsOfDirectory(atPath: left) == [])

      #expect(try run.resume(["--workers", "1"]).outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
    }

    /// On a disk with room for two checkpoints the third finds none, and the second is kept.
    @Test(.enabled(if: mayMount, "this machine does not let tests mount a small disk"))
    func aFullDiskEndsTheRun() throws {
      let run = try Run(Self.wide)
      let script = """
        mkdir "$FOLDER" && mount -t tmpfs -o size=160k none "$FOLDER" || exit 1
        "$@"; code=$?
        "$1" evaluate "$FOLDER" && exit $code
        """
      let command = try run.train(
        ["--workers", "1"], environment: ["FOLDER": run.folder],
        shell: "export SCRIPT='\(script)'; exec unshare -Urm sh -c \"$SCRIPT\" sh \"$@\"")
      let outcome = try command.outcome()
      #expect(outcome.ending == .exit(74), "\(outcome.errors)")
      #expect(outcome.errors.contains("error: \(run.files.checkpoint): the disk is full"))
      #expect(outcome.output.contains("inner steps"))
    }
  }
}

private let mayMount: Bool = {
  let shell = "exec unshare -Urm mount -t tmpfs none /mnt"
  let outcome = try? Command([], shell: shell).outcome()
  return outcome?.ending == .exit(0)
}()
