"""Files as values and their way to disk: deterministic text in, whole files out, nothing torn and nothing lost."""
