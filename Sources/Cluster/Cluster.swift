// The two shells: poll, decode, handle, perform.
