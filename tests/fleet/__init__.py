"""Tests of the example fleet: what its specs promise is what its stories show."""
