"""Lowering: what the specs mean, worked out once, as a Program that every backend only has to print."""
