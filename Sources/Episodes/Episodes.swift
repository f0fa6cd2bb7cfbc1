// Task distributions as pure functions of a key.
