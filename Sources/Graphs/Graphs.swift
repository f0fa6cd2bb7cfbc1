// Tensors, traces, programs and their derivatives.
