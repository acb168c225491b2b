"""The queue: many recordings, each an analysis of the library, worked on in the background."""
