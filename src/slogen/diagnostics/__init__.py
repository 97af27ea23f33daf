"""The one vocabulary in which slogen tells users what is wrong, where, and how to mend it."""
