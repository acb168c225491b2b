"""How a result looks: charts, and small pictures in words; the only user of `plotly`."""
