/// A number in JSON, with as many digits as it takes to read it back; JSON knows no infinity and
/// no NaN, which are `null`.
func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
  value.isFinite ? value.description : "null"
}
