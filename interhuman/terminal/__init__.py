"""The command line: recordings in, results in a folder."""
