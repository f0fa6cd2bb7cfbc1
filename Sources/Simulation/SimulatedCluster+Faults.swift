import Coordination
import NDArrays

// MARK: - Partitions

extension SimulatedCluster {
  /// Whether a message is sent into a cut line.
  func isCutOff(_ happening: Happening) -> Bool {
    switch happening {
    case .toWorker(_, let host, _): hosts[host].deafUntil > now
    case .toCoordinator(_, let worker, _), .atRelay(_, _, .below(_, let worker, _)):
      hosts.contains { $0.id == worker && $0.muteUntil > now }
    case .startCoordinator, .crashCoordinator, .coordinatorTick, .start, .crash, .freeze, .leave,
      .connected, .workerTick, .computed, .partition, .lost, .diskTrouble,
      .atRelay(_, _, .start), .atRelay(_, _, .crash), .atRelay(_, _, .leave), .atRelay(_, _, .tick),
      .atRelay(_, _, .connected), .atRelay(_, _, .above), .atRelay(_, _, .lost):
      false
    }
  }

  /// Cuts the line to a host one way or both, for as long as the coordinator's patience or a few
  /// times that.
  mutating func cutOff(_ host: Int, _ id: WorkerID) {
    let end = now + waiting(.seconds(3))
    let ways = random.next() % 3
    if ways != 0 { hosts[host].muteUntil = end }
    if ways != 1 { hosts[host].deafUntil = end }
    if isTold { note("\(id) is cut off until \(end.elapsed)") }
    if let mean = faults.partitions { at(waiting(mean), .partition(host, id)) }
  }
}

// MARK: - The disk

extension SimulatedCluster {
  /// For a while nothing can be written.
  mutating func troubleDisk() {
    diskFullUntil = now + waiting(.seconds(1))
    if isTold { note("the disk is full until \(diskFullUntil.elapsed)") }
    if let mean = faults.diskTroubles { at(waiting(mean), .diskTrouble) }
  }

  /// Writes a checkpoint where one is due; one that could not be written is due after every round.
  ///
  /// - Returns: false if the coordinator dies of it, with the machine's power or without.
  mutating func save() -> Bool {
    let isDue = state.step.isMultiple(of: checkpointEvery) || saved + checkpointEvery < state.step
    guard isDue, saved != state.step else { return true }
    guard now >= diskFullUntil else {
      failedSaves += 1
      return true
    }
    guard !happens(faults.tornCheckpoints) else {
      tearCheckpoint()
      return false
    }
    disk.save(state)
    saved = state.step
    return true
  }

  private mutating func tearCheckpoint() {
    tornSaves += 1
    let done = Int(random.next() % UInt64(PretendDisk.Operation.allCases.count))
    if isTold { note("the coordinator dies after \(done) operations of a checkpoint") }
    disk.save(state, operations: done)
    if happens(0.5) { disk.losePower(Double(random.uniform())) }
  }
}

// MARK: - Wrong answers

extension SimulatedCluster {
  /// Whether a lease has the task that no worker gets right.
  func isBad(_ lease: Lease, _ kind: Faults.BadTask.Kind) -> Bool {
    guard let bad = faults.badTask, bad.kind == kind else { return false }
    return bad.round == lease.round && lease.range.indices.contains(bad.task)
  }

  /// What a host says that tasks come to: the first hosts lie, never twice alike, some of them of one
  /// task alone.
  mutating func said(_ sum: TaskSum, by host: Int) -> TaskSum {
    guard isLie(host, sum.range), !sum.values.isEmpty else { return sum }
    var values = sum.values
    let place = Int(random.next() % UInt64(values.count))
    values[place] = Float(
      bitPattern: values[place].bitPattern ^ (1 + UInt32(random.next() & 0xFFFF)))
    return TaskSum(range: sum.range, values: values, added: sum.added)
  }

  private func isLie(_ host: Int, _ range: TaskRange) -> Bool {
    if host < faults.liars { return true }
    return host < faults.liars + faults.slips && range.indices.contains(host % problem.rounds.batch)
  }
}
