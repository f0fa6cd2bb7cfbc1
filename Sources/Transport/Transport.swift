// ZeroMQ contexts, sockets, poll, keys.
