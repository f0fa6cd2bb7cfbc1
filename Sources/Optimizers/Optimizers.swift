// Outer updates as pairs of an initial state and an update.
