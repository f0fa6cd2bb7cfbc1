import CProcess
import Dispatch
import Foundation
import Synchronization
public import Transport

/// Whether someone asked this process to end, by Ctrl-C, SIGTERM, or the end of the terminal. Who asks
/// twice is obeyed at once.
public final class Interrupt: Sendable {
  private let signal = Atomic<Int32>(0)

  /// The signal that asked; `nil` as long as there was none.
  public var request: Int32? {
    let number = signal.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  /// What asks a process to end; not the terminal's end where `nohup` had that ignored.
  public static var signals: [Int32] {
    [SIGINT, SIGTERM] + (ol_ignores(SIGHUP) != 0 ? [] : [SIGHUP])
  }

  /// Asks as `signal` would, once.
  public func ask(_ signal: Int32) { self.signal.store(signal, ordering: .releasing) }

  /// Listens to `signals` from now on, and ends the poll of whoever must look. A signal that comes
  /// before ends the process, as ever; none is lost in between.
  public init(_ signals: [Int32], waking wakeup: Wakeup) {
    for number in signals {
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        if signal.exchange(number, ordering: .acquiringAndReleasing) != 0 { _exit(128 + number) }
        wakeup.signal()
      }
      let isListening = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { isListening.signal() }
      source.resume()
      isListening.wait()
      // It listens for as long as the process lives.
      _ = Unmanaged.passRetained(source as AnyObject)
    }
  }
}
