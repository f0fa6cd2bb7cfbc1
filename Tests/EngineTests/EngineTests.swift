// Claims about Engine.
