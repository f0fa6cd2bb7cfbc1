import Foundation

/// Opens those of the three standard streams that are closed. The next file that is opened, such as
/// a run's, would else be taken for one.
func openStandardStreams() {
  var descriptor = open("/dev/null", O_RDWR)
  while (STDIN_FILENO...STDERR_FILENO).contains(descriptor) {
    descriptor = open("/dev/null", O_RDWR)
  }
  if descriptor >= 0 { close(descriptor) }
}
