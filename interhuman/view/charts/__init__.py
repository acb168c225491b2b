"""Frames in, Plotly figures out: pure functions, the only users of Plotly on the view side.

The figures carry their own colors and lettering, so they are to be shown with Streamlit's own
chart theme off (``theme=None``) and with `dark` set as the page is. Everything from outside in
them is escaped. Plotly's own zooming is off: the page zooms all tracks together.
"""

from plotly.graph_objects import Figure

from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from interhuman.view.charts.over_time import over_time_chart
from interhuman.view.charts.quality import quality_small_multiples
from interhuman.view.charts.radar import quality_radar
from interhuman.view.charts.tracks import Level, Tracks, tracks

__all__ = [
    "LEFT_PX",
    "RIGHT_PX",
    "Figure",
    "Level",
    "Tracks",
    "over_time_chart",
    "quality_radar",
    "quality_small_multiples",
    "tracks",
]
