// Claims about Cluster.
