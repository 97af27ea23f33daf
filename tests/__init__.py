"""Tests of slogen; the folders mirror the rooms of `src/slogen`, and `engine` needs real servers."""
