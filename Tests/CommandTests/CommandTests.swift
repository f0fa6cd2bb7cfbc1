// Claims about Command.
