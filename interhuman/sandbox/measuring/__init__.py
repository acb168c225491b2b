"""What the sandbox measures in a recording, and the table that turns it into signals."""
