"""What running servers say: the one room that speaks HTTP."""
