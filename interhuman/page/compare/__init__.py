"""The place in which results are compared."""
