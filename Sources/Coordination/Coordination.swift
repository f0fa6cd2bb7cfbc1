// The cluster as values: members, leases, task ranges, steps, deadlines.
