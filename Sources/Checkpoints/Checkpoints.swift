// Safetensors files, written atomically.
