"""Many recordings at once: received, listed, and analyzed one after the other."""
