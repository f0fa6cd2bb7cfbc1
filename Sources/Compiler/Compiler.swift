// Programs in, equivalent programs and memory plans out.
