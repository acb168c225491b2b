"""Recordings: what a header says, what speaks against sending it, and the sample."""
