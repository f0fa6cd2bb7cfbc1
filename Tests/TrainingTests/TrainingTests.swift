// Claims about Training.
