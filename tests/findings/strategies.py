"""Signals and engagement as an answer may have them, whatever their order."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.frames import signals_frame

END_S = 60.0

TYPES = ("hesitation", "stress", "agreement", "daydreaming", "frustration")

TIMES = st.integers(0, 600).map(lambda tenths: tenths / 10)

SPANS = st.tuples(TIMES, TIMES).map(lambda pair: (min(pair), max(pair)))


@st.composite
def signals_frames(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a `signals_frame` of a recording of `END_S` seconds, moments included."""
    probabilities = st.sampled_from(["high", "medium", "low", None])
    rows = draw(st.lists(st.tuples(st.sampled_from(TYPES), SPANS, probabilities), max_size=25))
    return signals_frame(
        Analysis(signals=tuple(Signal(name, *span, how_sure) for name, span, how_sure in rows))
    )
