// Records and sinks.
