"""Checks judge the Program where no server is needed to know better: each is one function from Program to findings."""
