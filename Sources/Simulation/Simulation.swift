// The real coordinator and workers on a pretend network and clock.
