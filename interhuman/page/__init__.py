"""The dashboard's page: one module per section, and `state` for what lasts between reruns."""
