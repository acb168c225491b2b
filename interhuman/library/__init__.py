"""What stays: analyses and their answers in a database, recordings beside it."""
