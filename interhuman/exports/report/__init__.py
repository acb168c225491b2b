"""A report: one HTML file with everything about one result or several, for people to read."""
