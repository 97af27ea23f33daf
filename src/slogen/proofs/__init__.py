"""Proofs: what every alert claims, replayed against the emitted files and judged against closed forms."""
