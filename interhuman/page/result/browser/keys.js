// The keys of the result view. They act inside it and where nothing has the focus, never where something is typed.

import { make } from "../../browser/dom.js";

// What is pressed, what it does in words, and what it does; `view` is one that has what the key `needs`.
const KEYS = [
  { keys: [" ", "k"], shown: "Space or K", words: "play or pause", needs: "toggle", act: (view) => view.toggle() },
  {
    keys: ["j", "ArrowLeft"],
    shown: "J or ←",
    words: "back 5 seconds (1 second with Shift)",
    needs: "skip",
    act: (view, event) => view.skip(event.shiftKey ? -1 : -5),
  },
  {
    keys: ["l", "ArrowRight"],
    shown: "L or →",
    words: "forward 5 seconds (1 second with Shift)",
    needs: "skip",
    act: (view, event) => view.skip(event.shiftKey ? 1 : 5),
  },
  { keys: ["["], shown: "[", words: "previous signal", needs: "step", act: (view) => view.step(-1) },
  { keys: ["]"], shown: "]", words: "next signal", needs: "step", act: (view) => view.step(1) },
  {
    keys: ["n"],
    shown: "N",
    words: "next moment (previous with Shift)",
    needs: "stepMoment",
    act: (view, event) => view.stepMoment(event.shiftKey ? -1 : 1),
  },
  {
    keys: ["r"],
    shown: "R",
    words: "loop this signal, or stop",
    needs: "toggleLoop",
    act: (view) => view.toggleLoop(),
  },
  {
    keys: ["c"],
    shown: "C",
    words: "turn captions on or off",
    needs: "toggleCaptions",
    act: (view) => view.toggleCaptions(),
  },
  {
    keys: [..."0123456789"],
    shown: "0 to 9",
    words: "jump to 0%–90% of the recording",
    needs: "seekShare",
    act: (view, event) => view.seekShare(Number(event.key) / 10),
  },
  { keys: ["m"], shown: "M", words: "add a note here", needs: "startNote", act: (view) => view.startNote() },
  {
    keys: ["a"],
    shown: "A",
    words: "agree with this signal, or take it back",
    needs: "judge",
    act: (view) => view.judge("agree"),
  },
  {
    keys: ["d"],
    shown: "D",
    words: "disagree with this signal, or take it back",
    needs: "judge",
    act: (view) => view.judge("disagree"),
  },
  { keys: ["s"], shown: "S", words: "save this clip", needs: "clips", act: (view) => view.clips.save() },
  { keys: ["+", "="], shown: "+", words: "zoom in around the playhead", needs: "zoom", act: (view) => view.zoom(1) },
  { keys: ["-"], shown: "−", words: "zoom out", needs: "zoom", act: (view) => view.zoom(-1) },
  { keys: ["?"], shown: "?", words: "show these shortcuts", needs: "showKeys", act: (view) => view.showKeys() },
];

const ONCE = new Set(["m", "a", "d", "s"]); // however long they are held

const TYPED_INTO =
  "input, textarea, select, [contenteditable=true], [role=combobox], [role=slider]:not(.ih-seek), dialog, [role=dialog]";
const TAKES_SPACE = "button, a, summary, video, audio, [role=tab], [role=button], [role=radio], [role=checkbox]";
const TAKES_ARROWS = "video, audio, [role=tab], [role=radio], [role=grid]";

const keysOf = (view) => KEYS.filter(({ needs }) => needs in view);

// Hears what is pressed in `region`, and where nothing has the focus, as after a press beside everything.
export function listenForKeys(region, view, signal) {
  const known = keysOf(view);
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
      const row = known.find(({ keys }) => keys.includes(key));
      if (!row || (event.repeat && ONCE.has(key))) return;
      event.preventDefault();
      row.act(view, event);
    },
    { signal },
  );
}

export function keysDialog(view) {
  const rows = keysOf(view).map(({ shown, words }) =>
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
