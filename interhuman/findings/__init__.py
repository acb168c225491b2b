"""What the numbers of a result say: its turning points, and statistics over its whole length."""
