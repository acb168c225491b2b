"""Everything that opens a recording: what it holds, what to mind before sending it, the sample."""
