/// The candidate that `word` was probably meant to be: the first of those that the fewest letters
/// added, dropped or replaced lead to, if these are a third of the word at most.
func nearest(to word: String, among candidates: [String]) -> String? {
  candidates.map { (name: $0, distance: editDistance(word, $0)) }
    .filter { $0.distance <= max(1, word.count / 3) }
    .min { $0.distance < $1.distance }?.name
}

/// How many letters must be added, dropped or replaced to make one word of the other.
///
/// - Source: Wagner & Fischer 1974, "The String-to-String Correction Problem", row by row.
private func editDistance(_ from: String, _ to: String) -> Int {
  let letters = Array(to)
  var row = Array(0...letters.count)
  for letter in from {
    var diagonal = row[0]
    row[0] += 1
    for index in letters.indices {
      let replaced = diagonal + (letter == letters[index] ? 0 : 1)
      diagonal = row[index + 1]
      row[index + 1] = min(replaced, row[index] + 1, row[index + 1] + 1)
    }
  }
  return row[letters.count]
}
