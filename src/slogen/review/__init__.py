"""Review: what a change of the specs means to the people who are woken, computed on Programs and emitted files."""
