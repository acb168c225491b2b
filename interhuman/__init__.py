"""A client for the Interhuman API and what a dashboard makes of its answers."""
