"""What runs in the limited process: all that opens a recording with FFmpeg."""
