"""The sandbox's server: its addresses, accounts, jobs, and the processes that do the work."""
