"""Talking to the API: sign-in, uploads, jobs, sending again; the only user of `requests`."""
