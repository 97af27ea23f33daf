"""Tests of SLI shapes."""
