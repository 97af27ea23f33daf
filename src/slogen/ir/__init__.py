"""The Program: what a project's specs mean, free of how they were written; all that backends and checks may see.

Nodes are frozen and have no defaults, so a new field breaks every constructor until somebody has thought about it.
Times are integer milliseconds, ratios are exact (`Decimal` or `Fraction`, 0-1), labels are sorted pairs.
"""
