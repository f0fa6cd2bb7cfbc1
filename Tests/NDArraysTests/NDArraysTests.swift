// Claims about NDArrays.
