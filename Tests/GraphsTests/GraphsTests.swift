// Claims about Graphs.
