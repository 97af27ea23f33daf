"""Specs proposed from saved pages."""
