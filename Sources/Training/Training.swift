// The definition of a run, serial.
