"""Answers that are kept on disk."""
