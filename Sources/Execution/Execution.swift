// Kernels and arenas.
