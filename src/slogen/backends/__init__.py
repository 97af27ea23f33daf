"""Backends print the Program: each is one function from Program to files, and none knows another."""
