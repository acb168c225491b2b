// Whether somebody is at the page.

const MAX_HIDDEN_MS = 60_000;

// Calls `left` when the page is left, `returned` when the browser's way back leads to it as it was, and `hidden` when
// it has been in the background for a minute.
export function watchPresence({ left, returned, hidden }) {
  let timer = null;
  window.addEventListener("pagehide", left);
  window.addEventListener("pageshow", ({ persisted }) => persisted && returned());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(hidden, MAX_HIDDEN_MS);
  });
}
