// Algorithms over a network and an episode.
