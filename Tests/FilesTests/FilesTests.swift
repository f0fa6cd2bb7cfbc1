// Claims about Files.
