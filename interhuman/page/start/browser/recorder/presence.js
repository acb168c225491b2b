// Whether somebody is at the page.

const MAX_HIDDEN_MS = 60_000;

export class Presence {
  isAway = false; // for longer than that
  #timer = null;

  // Calls `left` when the page is left, `returned` when the browser's way back leads to it as it was, and `hidden` when
  // it has been in the background for a minute.
  constructor({ left, returned, hidden }) {
    window.addEventListener("pagehide", left);
    window.addEventListener("pageshow", ({ persisted }) => persisted && returned());
    const look = () => {
      clearTimeout(this.#timer);
      this.isAway = false;
      if (document.hidden) this.#timer = setTimeout(() => this.#leave(hidden), MAX_HIDDEN_MS);
    };
    document.addEventListener("visibilitychange", look);
    look(); // a page may be opened in the background
  }

  #leave(hidden) {
    this.isAway = true;
    hidden();
  }
}
