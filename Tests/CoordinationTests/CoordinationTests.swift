// Claims about Coordination.
