"""Document <-> rows, and what is read of a plan without changing it."""
