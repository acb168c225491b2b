"""A research pack: results for the tools of the field."""
