/// What is asked of a host's shell. The program is kept there under the name of its SHA-256, so that
/// hosts that share a home, and runs of different versions, do not get into each other's way.
struct HostScripts {
  /// Lowercase hexadecimal digits.
  var digest: String
  var host: Host

  /// How the scripts end when they did not get to the program.
  enum Code {
    static let programWanted: Int32 = 77
    static let librariesMissing: Int32 = 78
    static let programDamaged: Int32 = 79
  }

  /// Prints the SHA-256 of a file; macOS has only `shasum`.
  static let hash = """
    h() { if command -v sha256sum >/dev/null; then sha256sum <"$1"; \
    else shasum -a 256 <"$1"; fi | cut -d " " -f 1; }
    """

  /// Becomes the program, if it is there, is whole, and finds its libraries.
  func run(_ arguments: [String]) -> String {
    """
    \(start); [ -x "$f" ] && [ "$(h "$f")" = \(digest) ] || exit \(Code.programWanted); \
    m=$(ldd "$f" 2>/dev/null | sed -n "s/ => not found//p" | tr -s "[:space:]" " "); \
    [ -z "$m" ] || { echo "libraries are missing here:$m" >&2; exit \(Code.librariesMissing); }; \
    exec "$f" \(arguments.joined(separator: " "))
    """
  }

  /// Makes a program of standard input, all or nothing.
  var receive: String {
    """
    \(start); umask 077; mkdir -p "$d" && t=$(mktemp "$d/.copy-XXXXXX") || exit 1; \
    cat >"$t" && chmod 700 "$t" || { rm -f "$t"; exit 1; }; \
    [ "$(h "$t")" = \(digest) ] || { rm -f "$t"; exit \(Code.programDamaged); }; mv -f "$t" "$f"
    """
  }

  private var start: String {
    let folder = host.folder ?? "${XDG_CACHE_HOME:-$HOME/.cache}/outerloop"
    return "\(Self.hash); d=\"\(folder)\"; f=\"$d/outerloop-\(digest)\""
  }
}
