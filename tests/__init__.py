"""The project's tests; recordings they need are made on the fly by `tests.media`."""
