// Which presses of a button and of a key count, and what the keys do.

const SAME_PRESS_MS = 300; // nobody presses what has been there for less on purpose
const TAKES_SPACE = "input, textarea, select, button, summary, video, audio, [contenteditable], [tabindex='0'][role]";

export class Presses {
  #last = -Infinity;

  // Has `act` called once where it is pressed twice at once. `readySince` says when the button took the place of another,
  // which a press that follows at once was meant for.
  once(act, readySince = () => -Infinity) {
    return (...given) => {
      const [event] = given;
      const now = performance.now();
      if (event instanceof MouseEvent && event.detail > 0) {
        const since = Math.max(this.#last, readySince());
        if (event.detail > 1 || now - since < SAME_PRESS_MS) return;
        this.#last = now;
      }
      act(...given);
    };
  }
}

// Space stops a recording from everywhere in the page but where it is typed or presses something else; Escape ends the
// countdown. `phase` returns the present one.
export function listenToKeys(root, { phase, stop, cancel }) {
  const listen = (event) => {
    const [target] = event.composedPath();
    if (event.key === "Escape" && phase() === "counting") cancel();
    if (event.key !== " " || phase() !== "recording") return;
    if (!root.contains(target) && target.closest?.(TAKES_SPACE)) return;
    event.preventDefault();
    if (!event.repeat) stop();
  };
  document.addEventListener("keydown", listen, true);
}
