// Says in live regions what happened on the page, for those who do not see it, and gives the focus a new
// place when the element that had it is gone. Text goes in through textContent only.

import { make, say } from "./dom.js";
import { FocusKeeper } from "./focus.js";
import { nameParts, reloadIfTornDown, watchBody } from "./undocumented.js";

const LOOK_EVERY_MS = 100;
const LOOKS = 50;

const HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";

// Whether nearly all of an element is in the window: the page then stays where it is.
function isSeen(element) {
  const { top, bottom, height } = element.getBoundingClientRect();
  return Math.min(bottom, window.innerHeight) - Math.max(top, 0) > 0.9 * height;
}

// Its ground is the theme's, which components alone know, and changes within a millisecond: of that the browser tells.
const GROUND = "background:var(--st-background-color);transition:background-color 1ms";

class Announcer {
  // `themeChanged` is called when the page is in other colors.
  constructor(root, themeChanged) {
    [this.region, this.acts] = [0, 1].map(() => make("div", { role: "status", style: `${HIDDEN};${GROUND}` }));
    this.region.addEventListener("transitionend", themeChanged);
    root.append(this.region, this.acts);
  }

  #text = null;
  #acts = null;
  #timer = null;
  #placed = null;

  show({ text, focus, acts }) {
    this.focus = focus;
    // A page that has just been opened keeps its focus, and of another session nothing is new.
    if (text !== this.#text) this.#changed(text, this.#text === null);
    if (this.#acts !== null && acts.number > this.#acts) say(this.acts, acts.text);
    this.#acts = acts.number;
  }

  #changed(text, isFirst) {
    const placedBefore = this.#placed;
    this.#text = text;
    say(this.region, text);
    this.stop();
    let looks = isFirst ? 0 : LOOKS;
    this.#timer = setInterval(() => {
      if (looks-- <= 0) return this.stop();
      // Only a focus that was lost, or put somewhere by an earlier text, is moved: never one that the
      // person has put elsewhere.
      const [focused, keeper] = [document.activeElement, window.interhumanFocus];
      const isMoved = focused === placedBefore || focused === keeper.given;
      if (focused === document.body ? !keeper.restore() : isMoved) this.place();
    }, LOOK_EVERY_MS);
  }

  // Puts the focus on the first of `focus` that is on the page, and shows it unless the page is to stay.
  place(stays = false) {
    const target = this.focus.map((selector) => document.querySelector(selector)).find(Boolean);
    if (!target || target === document.activeElement) return;
    if (target.tabIndex < 0) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: stays || isSeen(target) });
    this.#placed = target;
  }

  stop() {
    clearInterval(this.#timer);
  }
}

// What looks after the page is there once, whatever is mounted and goes again.
function lookAfterPage() {
  if (window.interhumanFocus) return;
  window.interhumanFocus = new FocusKeeper(() => window.interhumanPlace?.());
  nameParts();
  watchBody(() => {
    reloadIfTornDown();
    window.interhumanFocus.look();
    nameParts();
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const themeChanged = () => setTriggerValue("theme", true);
  const announcer = (parentElement.interhumanAnnouncer ??= new Announcer(parentElement, themeChanged));
  lookAfterPage();
  if (data.focus.length) window.interhumanPlace = () => announcer.place(true);
  announcer.show(data);
  return () => announcer.stop();
}
