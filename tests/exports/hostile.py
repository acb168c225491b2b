"""Text that readers of files choke on, or run, and results that are full of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from interhuman.analysis import Analysis, EngagementSpan, Signal
from interhuman.annotations import Annotations, Note
from interhuman.exports.named import NamedResult

TEXTS = (
    '=HYPERLINK("https://evil.example","go")',
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "+1",
    "-1",
    "@SUM(A1)",
    "https://evil.example",
    "internal:Sheet2!A1",
    "mailto:a@evil.example",
    "<r><t>rich</t></r>",
    '<r></t></is></c><c r="Z9"><f>1+1</f></c></r>',
    "]]><script>alert(1)</script>&amp;<!--",
    "00:00 --> 00:01",
    'She said "no"; and "yes", twice',
    "one\ntwo\r\nthree\rfour\tfive",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "שלום עולם",
    "a\x00b\x07c\x1bd",
    "\ud800 alone \udc00",
    "\ufffe\uffff",
    "_x0041_",
    "  edges  ",
    "007",
    "1e5",
    "TRUE",
    "2026-11-02",
    "../../etc/passwd",
    "🙂" * 20,
    "x" * 10_000,
    "🙂" * 20_000,
    "\n" * 500,
    " ",
    "",
)

HOSTILE = st.one_of(
    st.sampled_from(TEXTS),
    st.text(st.characters(codec=None), max_size=40),
    st.text(st.sampled_from("=+-@'\"<>&;,\t\r\n \x00\ud800r/t_x0041"), max_size=40),
)
"""Any text there is, lone surrogates included."""


def result_of(text: str) -> NamedResult:
    """Return a result that has `text` wherever text can be."""
    return NamedResult(
        text,
        Analysis(
            signals=(Signal(text, 0.0, 1.5, text, text), Signal("stress", 1.0, 2.0, "high", text)),
            engagement=(EngagementSpan(text, 0.0, 2.0),),
            duration_s=2.0,
            model=text,
            correlation_id=text,
        ),
        id=text,
        recording=text,
        labels=(text, text),
        annotations=Annotations((Note("0a1b2c3d", 0.5, 0.5, text),), {0: "agree"}),
        note=text,
    )


LONG = 30_000


def long_results(number: int) -> Iterator[NamedResult]:
    """Yield results of which each takes more than 300 kB, and so do its rows."""
    for place in range(number):
        text = f"{place} {'x' * LONG}"
        signals = tuple(Signal("stress", n, n + 1.0, "high", f"{n} {text}") for n in range(10))
        analysis = Analysis(signals, raw_bytes=bytes(100_000))
        yield NamedResult(text, analysis, id=str(place), recording="talk.mp4", note=text)


def grows(write: Callable[[Iterator[NamedResult]], object]) -> bool:
    """Return whether `write` needs more memory for more results."""

    def peak(number: int) -> int:
        tracemalloc.start()
        write(long_results(number))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # What is made once is made.
    # Held rows alone would take 3 MB, held results 4 MB more.
    return peak(12) > peak(2) + 500_000
