// Claims about Kernels.
