"""How a result looks and reads: colors, words, captions and charts; the only user of `plotly`."""
