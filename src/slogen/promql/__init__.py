"""PromQL as a tree: the only form in which slogen builds, reads, rewrites, compares and evaluates expressions."""
