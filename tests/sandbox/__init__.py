"""Tests of the local sandbox."""
