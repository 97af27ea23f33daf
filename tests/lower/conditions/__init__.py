"""Tests of alert conditions."""
