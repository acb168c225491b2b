// Where notes are written and seen: the line in the now-card, and their row over the tracks.

import { clock } from "./clock.js";
import { button, make, setText } from "../../browser/dom.js";

const MOST = 2000;
const VISIT_ONLY = "Kept for this visit: there's no library here. A saved result (Download) holds your notes, too.";
const GAP_PX = 4;
const LEAST_PX = 18;
const ASIDE_PX = 20; // how far a note stands beside one that begins where it does
const MOST_ASIDE_PX = 60;
const IN_SIGHT = /[^\p{C}\p{Z}]/u; // what is more than characters without width

// Says when a note is: a time, or from when to when.
export function whenOf({ start, end }) {
  return end > start ? `${clock(start)}–${clock(end)}` : clock(start);
}

// Returns the items of notes by id: of `before` those whose note is the same, others as `create` makes them.
export function renewed(before, notes, create) {
  const same = (note) => (before.get(note.id)?.note === note ? before.get(note.id) : null);
  const items = new Map(notes.map((note) => [note.id, same(note) ?? create(note)]));
  for (const [id, item] of before) if (items.get(id) !== item) item.element.remove();
  return items;
}

// One line to write a note in; it holds its time while the recording goes on.
export class NoteEditor {
  // `view` has: time, annotations, say(text), takeFocus().
  constructor(view) {
    this.view = view;
    this.name = make("label", { for: "ih-note-text" });
    this.text = make("input", { id: "ih-note-text", required: true, maxlength: MOST, autocomplete: "off" });
    this.until = button("", () => this.#extend(), { title: "Make it a note on the time from there to here" });
    const save = make("button", { type: "submit", text: "Save" });
    const cancel = button("Cancel", () => this.close());
    this.hint = make("p", { class: "ih-muted", text: VISIT_ONLY });
    const line = make("div", { class: "ih-left" }, save, cancel, this.until);
    this.root = make("form", { class: "ih-note-form", hidden: true }, this.name, this.text, line, this.hint);
    this.text.addEventListener("input", () => Object.assign(this.#draft, { text: this.text.value }));
    this.root.addEventListener("submit", (event) => this.#save(event));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.close();
    });
    if (this.#draft) this.#show();
  }

  get #draft() {
    return this.view.annotations.draft;
  }

  // Opens it for a note that is there, or for a new one at `start`.
  open({ id, start, end = start, text = "" }) {
    this.view.annotations.draft = { id, start, end, text };
    this.#show();
  }

  // Goes on with the note that is being written.
  resume() {
    this.#show();
  }

  close() {
    this.view.annotations.draft = null;
    this.root.hidden = true;
    this.view.takeFocus();
  }

  setTime(time) {
    const draft = this.#draft;
    this.until.hidden = !draft || time < draft.start + 1;
    if (!this.until.hidden) setText(this.until, `Until ${clock(time)}`);
  }

  #show() {
    this.text.value = this.#draft.text;
    this.#name();
    this.hint.hidden = this.view.annotations.isKept;
    this.root.hidden = false;
    this.setTime(this.view.time);
    this.text.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #name() {
    const { start, end } = this.#draft;
    setText(this.name, `Note ${end > start ? "on" : "at"} ${whenOf(this.#draft)}`);
  }

  #extend() {
    this.#draft.end = this.view.time;
    this.#name();
    this.text.focus({ preventScroll: true });
  }

  #save(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!IN_SIGHT.test(text)) return this.text.focus();
    const when = whenOf(this.#draft);
    this.view.annotations.write({ ...this.#draft, text });
    this.close();
    this.view.say(`Note at ${when} saved`);
  }
}

// The row of the tracks that has the notes; it is there as soon as there is one.
export class NotesRow {
  // `view` has: chooseNote(note).
  constructor(root, view) {
    this.view = view;
    this.pins = make("div", { class: "ih-pins", role: "group", "aria-label": "Notes" });
    const name = make("span", { class: "ih-row-name", text: "Notes", "aria-hidden": "true" });
    this.root = make("div", { class: "ih-notes-row", hidden: true }, name, this.pins);
    root.replaceChildren(this.root);
  }

  #notes = [];
  #pins = new Map();

  fill(notes) {
    this.#notes = notes;
    this.root.hidden = notes.length === 0;
    this.#pins = renewed(this.#pins, notes, (note) => ({ note, element: this.#pin(note) }));
    // Those that are there stay, and so does the focus on one.
    for (const [place, { element }] of [...this.#pins.values()].entries()) {
      if (this.pins.children[place] !== element) this.pins.insertBefore(element, this.pins.children[place] ?? null);
    }
  }

  // Puts them where they are in the visible window of `chart`; what does not fit is hidden.
  place(chart) {
    if (this.#notes.length === 0) return;
    const [from, to] = chart.window;
    const right = chart.xOf(to, chart.window);
    const first = chart.xOf(from, chart.window);
    const lefts = this.#lefts(this.#notes.map(({ start }) => chart.xOf(start, chart.window)));
    for (const [place, note] of this.#notes.entries()) {
      const pin = this.#pins.get(note.id).element;
      pin.hidden = note.end < from || note.start > to;
      if (pin.hidden) continue;
      const left = Math.max(lefts[place], first);
      const room = Math.min(lefts[place + 1] ?? right, right) - left - GAP_PX;
      const long = chart.xOf(Math.min(note.end, to), chart.window) - left;
      Object.assign(pin.style, {
        left: `${left}px`,
        maxWidth: `${Math.max(room, long, LEAST_PX)}px`,
        minWidth: `${Math.max(long, LEAST_PX)}px`,
      });
    }
  }

  // Moves apart those that would cover each other, though not far from their time.
  #lefts(xs) {
    let before = -Infinity;
    return xs.map((x) => (before = Math.max(x, Math.min(before + ASIDE_PX, x + MOST_ASIDE_PX))));
  }

  #pin(note) {
    const words = `Note at ${whenOf(note)}: ${note.text}`;
    // By keyboard a note is chosen in the list: pins of one moment lie over each other.
    const attributes = { class: "ih-pin", title: words, "aria-label": words, tabindex: "-1" };
    return button(note.text, () => this.view.chooseNote(note), attributes);
  }
}
