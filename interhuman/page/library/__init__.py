"""The page "Library": what was analyzed before."""
