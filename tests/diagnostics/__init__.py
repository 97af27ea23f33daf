"""Tests of the room diagnostics."""
