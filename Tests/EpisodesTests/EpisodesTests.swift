// Claims about Episodes.
