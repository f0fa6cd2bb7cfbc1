// Layers and losses written with tensors.
