// Claims about Wire.
