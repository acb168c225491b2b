"""A stopwatch inside the page: from a click to a state of the page, in the browser's own time."""

from __future__ import annotations

from playwright.sync_api import Page

IDLE = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
"""JavaScript that is true while no script runs for this page."""

COUNTED = "document.querySelector('.st-key-list').innerText.match(/[\\d,]+ of [\\d,]+/)?.[0]"
"""JavaScript that gives how many signals the filter leaves, such as "13 of 120"."""

UPLOADER = "document.querySelector('.st-key-upload')"
"""JavaScript that gives the uploader, where the page shows one."""

LIMIT_MS = 120_000


def drawn(number: int = 1) -> str:
    """Return JavaScript that is true when the tracks and the list of this result are drawn."""
    result = f".st-key-result-{number}"
    return (
        f"document.querySelector('{result}-tracks .main-svg .drag')"
        f" && document.querySelector('{result}-list .ih-list')"
    )


def arm(page: Page, until: str, *, on: str = "click") -> None:
    """Wait for the next event `on` in the page and take the time from it until `until` is true."""
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
            document.addEventListener("{on}", begin, {{ capture: true, once: true }});
          }});
        }}"""
    )


def taken_s(page: Page) -> float:
    """Return the time the stopwatch took, in seconds, waiting for it where it still runs."""
    return float(page.evaluate("window.benchWatch")) / 1000
