// The keys of the result view. They act inside it and where nothing has the focus, never where something is typed.

import { make } from "../../browser/dom.js";

// What is pressed, what it does in words, and what it does; `view` is the result view.
const KEYS = [
  { keys: [" ", "k"], shown: "Space or K", words: "play or pause", act: (view) => view.toggle() },
  {
    keys: ["j", "ArrowLeft"],
    shown: "J or ←",
    words: "back 5 seconds (1 second with Shift)",
    act: (view, event) => view.skip(event.shiftKey ? -1 : -5),
  },
  {
    keys: ["l", "ArrowRight"],
    shown: "L or →",
    words: "forward 5 seconds (1 second with Shift)",
    act: (view, event) => view.skip(event.shiftKey ? 1 : 5),
  },
  { keys: ["["], shown: "[", words: "previous signal", act: (view) => view.step(-1) },
  { keys: ["]"], shown: "]", words: "next signal", act: (view) => view.step(1) },
  {
    keys: ["n"],
    shown: "N",
    words: "next moment (previous with Shift)",
    act: (view, event) => view.stepMoment(event.shiftKey ? -1 : 1),
  },
  { keys: ["r"], shown: "R", words: "loop this signal, or stop", act: (view) => view.toggleLoop() },
  { keys: ["c"], shown: "C", words: "turn captions on or off", act: (view) => view.toggleCaptions() },
  {
    keys: [..."0123456789"],
    shown: "0 to 9",
    words: "jump to 0%–90% of the recording",
    act: (view, event) => view.seek((view.endS * Number(event.key)) / 10),
  },
  { keys: ["m"], shown: "M", words: "add a note here", act: (view) => view.startNote() },
  { keys: ["a"], shown: "A", words: "agree with this signal, or take it back", act: (view) => view.judge("agree") },
  {
    keys: ["d"],
    shown: "D",
    words: "disagree with this signal, or take it back",
    act: (view) => view.judge("disagree"),
  },
  { keys: ["s"], shown: "S", words: "save this clip", act: (view) => view.clips.save() },
  { keys: ["+", "="], shown: "+", words: "zoom in around the playhead", act: (view) => view.zoom(1) },
  { keys: ["-"], shown: "−", words: "zoom out", act: (view) => view.zoom(-1) },
  { keys: ["?"], shown: "?", words: "show these shortcuts", act: (view) => view.showKeys() },
];

const ONCE = new Set(["m", "a", "d", "s"]); // however long they are held

const TYPED_INTO =
  "input, textarea, select, [contenteditable=true], [role=combobox], [role=slider]:not(.ih-seek), dialog, [role=dialog]";
const TAKES_SPACE = "button, a, summary, video, audio, [role=tab], [role=button], [role=radio], [role=checkbox]";
const TAKES_ARROWS = "video, audio, [role=tab], [role=radio], [role=grid]";

// Hears what is pressed in `region`, and where nothing has the focus, as after a press beside everything.
export function listenForKeys(region, view, signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (!region.contains(event.target) && event.target !== document.body) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target;
      if (target.closest(TYPED_INTO)) return;
      if (event.key === " " && target.closest(TAKES_SPACE)) return;
      if (event.key.startsWith("Arrow") && target.closest(TAKES_ARROWS)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const row = KEYS.find(({ keys }) => keys.includes(key));
      if (!row || (event.repeat && ONCE.has(key))) return;
      event.preventDefault();
      row.act(view, event);
    },
    { signal },
  );
}

export function keysDialog() {
  const rows = KEYS.map(({ shown, words }) =>
    make("tr", {}, make("th", { scope: "row", text: shown }), make("td", { text: words })),
  );
  const close = make("button", { type: "submit", text: "Close" });
  const heading = make("h2", { id: "ih-keys-title", text: "Keyboard shortcuts" });
  const zoom = make("p", {
    class: "ih-muted",
    text: "Scroll with Ctrl or ⌘ to zoom the tracks, with Shift to move them.",
  });
  const form = make("form", { method: "dialog" }, heading, make("table", {}, ...rows), zoom, close);
  return make("dialog", { class: "ih-keys", "aria-labelledby": "ih-keys-title" }, form);
}
