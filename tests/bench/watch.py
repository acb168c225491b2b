"""A stopwatch inside the page: from a click to a state of the page, in the browser's own time."""

from __future__ import annotations

from playwright.sync_api import Page

IDLE = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
"""JavaScript that is true while no script runs for this page."""

CHARTS = ["radar", "tracks"]
"""What is drawn of a result at first sight."""

COUNTED = (
    "[...document.querySelectorAll('[data-testid=stCaptionContainer]')]"
    ".map((line) => line.textContent).find((text) => / of .* signals?\\./.test(text))"
)
"""JavaScript that gives the line above the table, which says how many signals are shown."""

UPLOADER = "document.querySelector('.st-key-upload')"
"""JavaScript that gives the uploader, where the page shows one."""

LIMIT_MS = 120_000


def drawn(number: int = 1) -> str:
    """Return JavaScript that is true when this result of the visit is drawn.

    That is its charts, its table and the page's last heading.
    """
    result = f".st-key-result-{number}"
    return (
        f"{CHARTS}.every((name) => "
        f"document.querySelector(`{result}-${{name}} .main-svg .drag`))"
        f" && document.querySelector('{result}-table canvas')"
        " && [...document.querySelectorAll('h3')].some((h) => h.textContent === 'Keep it')"
    )


def arm(page: Page, until: str) -> None:
    """Wait for the next click in the page and take the time from it until `until` is true."""
    page.evaluate(
        f"""() => {{
          window.benchWatch = new Promise((resolve, reject) => {{
            const look = (began) => {{
              const taken = performance.now() - began;
              if ({until}) resolve(taken);
              else if (taken > {LIMIT_MS}) reject(new Error("waited in vain"));
              else requestAnimationFrame(() => look(began));
            }};
            const begin = () => {{
              const began = performance.now();
              requestAnimationFrame(() => look(began));
            }};
            document.addEventListener("click", begin, {{ capture: true, once: true }});
          }});
        }}"""
    )


def taken_s(page: Page) -> float:
    """Return the time the stopwatch took, in seconds, waiting for it where it still runs."""
    return float(page.evaluate("window.benchWatch")) / 1000
