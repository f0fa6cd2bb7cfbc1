extension Coordinator {
  /// Lends a relay whole nodes of the tree, out of whose leases it can make one answer each.
  ///
  /// Leases that are merely neighbours would come back in pieces, and leave pieces to the others.
  mutating func lendNodes(
    to index: Int, _ helping: Int, _ actions: inout [Action], at now: Moment
  ) {
    while let places = openNode(for: members[index], helping) {
      let node = Array(open[places])
      open.removeSubrange(places)
      for work in node { actions.append(lend(work, to: index, at: now)) }
    }
  }

  /// The first node that fills half of a relay's room at least, or else the largest there is. Who has
  /// less than half a helping's room waits until there is more.
  private func openNode(for member: Member, _ helping: Int) -> Range<Int>? {
    var best: Range<Int>?
    for place in open.indices where isUntouched(open[place]) {
      let room = room(of: member, for: open[place].round, helping)
      guard room > 0, 2 * room >= member.capacity,
        let node = node(at: place, ofAtMost: room, for: member)
      else { continue }
      if node.count > best?.count ?? 0 { best = node }
      if 2 * node.count >= room { break }
    }
    return best
  }

  /// The places of the open leases that make up the largest node which begins with one of them.
  private func node(
    at place: Int, ofAtMost room: Int, for member: Member
  ) -> Range<Int>? {
    let first = open[place]
    let path = TaskRange(batch: rules.rounds.tasks(in: first.round)).path(to: first.range)
    for node in path where node.lower == first.range.lower {
      let end =
        open[place...].firstIndex {
          $0.round != first.round || !node.contains($0.range) || !isUntouched($0)
            || !isBest(member, for: $0)
        } ?? open.endIndex
      let tasks = open[place..<end].reduce(0) { $0 + $1.range.count }
      if tasks == node.count, end - place <= room { return place..<end }
    }
    return nil
  }

  /// Whether nobody was lent it before.
  private func isUntouched(_ work: Work) -> Bool { work.attempt == 1 }
}
