// Says in a live region what happened on the page, for those who do not see it, and gives the focus
// a new place when the element that had it is gone. Text goes in through textContent only.

const SAY_AFTER_MS = 150; // a region is heard only when it was there, empty, before its text
const LOOK_EVERY_MS = 100;
const LOOKS = 50;

const HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";

// Whether nearly all of an element is in the window: the page then stays where it is.
function isSeen(element) {
  const { top, bottom, height } = element.getBoundingClientRect();
  return Math.min(bottom, window.innerHeight) - Math.max(top, 0) > 0.9 * height;
}

export default function ({ data, parentElement }) {
  const state = (parentElement.interhumanAnnouncer ??= { text: null, timer: null, placed: null });
  let region = parentElement.querySelector("[role=status]");
  if (!region) {
    region = document.createElement("div");
    region.setAttribute("role", "status");
    region.style.cssText = HIDDEN;
    parentElement.appendChild(region);
  }
  setTimeout(() => {
    if (region.textContent !== data.text) region.textContent = data.text;
  }, SAY_AFTER_MS);

  if (data.text !== state.text) {
    const isFirst = state.text === null; // a page that has just been opened keeps its focus
    const placedBefore = state.placed;
    state.text = data.text;
    clearInterval(state.timer);
    let looks = isFirst ? 0 : LOOKS;
    state.timer = setInterval(() => {
      if (looks-- <= 0) return clearInterval(state.timer);
      // Only a focus that was lost, or put somewhere by an earlier text, is moved: never one that the
      // person has put elsewhere.
      const focused = document.activeElement;
      if (focused !== document.body && focused !== placedBefore) return;
      const target = data.focus.map((selector) => document.querySelector(selector)).find(Boolean);
      if (!target || target === focused) return;
      if (target.tabIndex < 0) target.setAttribute("tabindex", "-1");
      target.focus({ preventScroll: isSeen(target) });
      state.placed = target;
    }, LOOK_EVERY_MS);
  }
  return () => clearInterval(state.timer);
}
