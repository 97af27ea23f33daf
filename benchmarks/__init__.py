"""Measurements against real servers; nothing here is part of the tests."""
