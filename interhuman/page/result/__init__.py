"""One result on the page: recording, tracks and reasons, with one playhead and one filter."""
