// The list of signals and notes: every fact of the tracks in words. It follows playback until it is scrolled by hand.

import { button, clamp, make, setMarkedText, setText } from "../../browser/dom.js";
import { mark, noteMark } from "./glyphs.js";
import { renewed, whenOf } from "./notes.js";
import { onPress } from "./press.js";

const BY_HAND = ["wheel", "touchmove", "pointerdown"];
const SAID = { agree: "✓ you agree", disagree: "✕ you disagree" };
const MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };

export class SignalList {
  // `view` has: choose(signal), chooseNote(note), play(), point(signal or null); `none` is said where there are no
  // signals.
  constructor(view, bar, none) {
    this.view = view;
    this.bar = bar;
    this.items = new Map();
    this.noteItems = new Map();
    this.shown = [];
    this.follow = button("Follow playback", () => this.setFollowing(true), { class: "ih-follow", hidden: true });
    this.none = make("p", { class: "ih-muted", hidden: true, text: none });
    this.empty = make("p", { class: "ih-muted", hidden: true, text: "No signals match the filter." });
    this.list = make("div", { class: "ih-list", role: "listbox", tabindex: "0", "aria-label": "Signals" });
    this.root = make("div", { class: "ih-page" }, this.follow, this.none, this.empty, this.list);
    for (const name of BY_HAND)
      this.list.addEventListener(name, (event) => this.#scrolledByHand(event), { passive: true });
    onPress(this.list, ".ih-item", (item) => this.#choose(this.#entryOf(item)));
    this.list.addEventListener("pointerover", (event) => view.point(this.#signalOf(event.target)));
    this.list.addEventListener("pointerleave", () => view.point(null));
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  #following = true;
  #current = null;
  #note = null; // the one that was chosen
  #says = new Map();
  #pointed = null;
  #phrase = "";
  #shownSignals = [];

  fill(signals) {
    this.items = new Map(signals.map((signal) => [signal.id, this.#item(signal)]));
    this.list.replaceChildren(...[...this.items.values()].map(({ element }) => element));
    this.#phrase = "";
    this.#hide();
  }

  // Puts notes among the signals, in the order of time.
  setNotes(notes) {
    this.noteItems = renewed(this.noteItems, notes, (note) => this.#noteItem(note));
    const signals = [...this.items.values()];
    let place = signals.length;
    let next = null;
    for (const { element, note } of [...this.noteItems.values()].toReversed()) {
      while (place > 0 && signals[place - 1].signal.start > note.start) next = signals[--place].element;
      if (element.parentElement !== this.list || element.nextSibling !== next) this.list.insertBefore(element, next);
      next = element;
    }
    this.#hide();
    this.#filterNotes();
  }

  // Shows what the person says of the signals.
  setSays(says) {
    for (const id of new Set([...this.#says.keys(), ...says.keys()])) {
      if (this.#says.get(id) !== says.get(id)) this.#say(id, SAID[says.get(id)] ?? "");
    }
    this.#says = new Map(says);
  }

  #say(id, text) {
    const item = this.items.get(id);
    if (item) setText(item.says, text);
  }

  #hide() {
    const isEmpty = this.items.size + this.noteItems.size === 0;
    this.none.hidden = this.items.size > 0;
    this.list.hidden = isEmpty;
  }

  filter(filter, isShown) {
    const phrase = filter.needle;
    this.#shownSignals = [];
    for (const item of this.items.values()) {
      const visible = isShown(item.signal.id);
      if (item.element.hidden === visible) item.element.hidden = !visible;
      if (!visible) continue;
      this.#shownSignals.push(item.signal);
      if (phrase === this.#phrase && item.phrase === phrase) continue;
      setMarkedText(item.type, item.signal.type, phrase);
      setMarkedText(item.why, item.signal.why, phrase);
      item.phrase = phrase;
    }
    this.#phrase = phrase;
    this.bar.show(filter, this.#shownSignals.length, this.items.size);
    this.empty.hidden = this.#shownSignals.length > 0 || this.items.size === 0;
    this.#filterNotes();
    this.setCurrent(this.#current);
  }

  // Words find notes, too; what has a type or a probability is signals alone.
  #filterNotes() {
    this.shown = this.#shownSignals;
    if (this.noteItems.size === 0) return;
    const found = [...this.noteItems.values()].filter(({ element, note, why }) => {
      setMarkedText(why, note.text, this.#phrase);
      element.hidden = Boolean(this.#phrase) && !note.words[0].includes(this.#phrase);
      return !element.hidden;
    });
    this.shown = [...this.shown, ...found.map(({ note }) => note)].toSorted((a, b) => a.start - b.start);
  }

  setCurrent(signal) {
    const changed = signal?.id !== this.#current?.id;
    if (changed) {
      this.#select(this.#current, false);
      this.#current = signal;
    }
    this.#select(signal, true);
    if (changed) this.#reveal();
  }

  // Marks the note that was chosen, null for none.
  setNote(note) {
    this.noteItems.get(this.#note?.id)?.element.setAttribute("aria-selected", "false");
    this.#note = note;
    const element = this.noteItems.get(note?.id)?.element;
    if (!element) return;
    element.setAttribute("aria-selected", "true");
    this.list.setAttribute("aria-activedescendant", element.id);
    this.#reveal();
  }

  setPointed(signal) {
    if (signal?.id === this.#pointed?.id) return;
    this.items.get(this.#pointed?.id)?.element.classList.remove("ih-pointed");
    this.items.get(signal?.id)?.element.classList.add("ih-pointed");
    this.#pointed = signal;
  }

  setFollowing(following) {
    this.#following = following;
    this.follow.hidden = following;
    this.#reveal();
  }

  #item(signal) {
    const type = make("strong", { text: signal.type });
    const when = make("span", { class: "ih-muted", text: `${signal.span} · ${signal.probability}` });
    const id = `ih-signal-${signal.id}`;
    const why = make("p", { text: signal.why, id: `${id}-why` });
    const says = make("span", { class: "ih-says", id: `${id}-says` });
    const head = make("div", { class: "ih-head" }, mark(signal), type, when, says);
    const words = {
      "aria-label": `${signal.type}, ${signal.span}, ${signal.probability}`,
      "aria-describedby": `${says.id} ${why.id}`,
    };
    const element = make(
      "div",
      { class: "ih-item", role: "option", id, "aria-selected": "false", ...words },
      head,
      why,
    );
    element.dataset.signal = signal.id;
    return { element, signal, type, why, says, phrase: "" };
  }

  #noteItem(note) {
    const when = make("span", { class: "ih-muted", text: whenOf(note) });
    const head = make("div", { class: "ih-head" }, noteMark(), make("strong", { text: "Note" }), when);
    const id = `ih-note-${note.id}`;
    const why = make("p", { text: note.text, id: `${id}-text` });
    const words = { "aria-label": `Note, ${whenOf(note)}`, "aria-describedby": why.id };
    const element = make(
      "div",
      { class: "ih-item", role: "option", id, "aria-selected": "false", ...words },
      head,
      why,
    );
    element.dataset.note = note.id;
    return { element, note, why };
  }

  #select(signal, selected) {
    const element = this.items.get(signal?.id)?.element;
    element?.setAttribute("aria-selected", String(selected));
    if (!selected) return;
    if (element && !element.hidden) this.list.setAttribute("aria-activedescendant", element.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  // Scrolls the list, and never the page, until the current signal is a third from its top.
  #reveal() {
    const element = (this.noteItems.get(this.#note?.id) ?? this.items.get(this.#current?.id))?.element;
    if (!this.#following || !element || element.hidden) return;
    const [list, item] = [this.list.getBoundingClientRect(), element.getBoundingClientRect()];
    if (item.top >= list.top && item.bottom <= list.bottom) return;
    this.list.scrollTop += item.top - list.top - Math.max((list.height - item.height) / 3, 0);
  }

  #scrolledByHand(event) {
    // A press on an item is a choice; beside the items it takes the scroll bar.
    if (event.type === "pointerdown" && event.target !== this.list) return;
    if (this.list.scrollHeight > this.list.clientHeight) this.setFollowing(false);
  }

  #signalOf(target) {
    const element = target.closest?.("[data-signal]");
    return element ? this.items.get(Number(element.dataset.signal)).signal : null;
  }

  #noteOf(target) {
    const element = target.closest?.("[data-note]");
    return element ? this.noteItems.get(element.dataset.note)?.note : null; // it may be gone by now
  }

  #entryOf(target) {
    return this.#noteOf(target) ?? this.#signalOf(target);
  }

  #choose(entry) {
    if (!entry) return;
    this.setFollowing(true);
    if (entry.isNote) this.view.chooseNote(entry);
    else this.view.choose(entry);
  }

  #key(event) {
    const chosen = this.#note ?? this.#current;
    const at = this.shown.findIndex(({ id }) => id === chosen?.id);
    move(event, at, this.shown.length, this.view, (place) => this.#choose(this.shown[place]));
  }
}

// What a key does in a list of `length` items, of which that at `at` (-1: none) is chosen.
export function move(event, at, length, view, choose) {
  if (event.ctrlKey || event.metaKey || event.altKey || length === 0) return;
  const step = MOVES[event.key];
  if (event.key === "Enter") view.play();
  else if (step === undefined) return;
  else if (at < 0) choose(step > 0 && step < Infinity ? 0 : clamp(step, 0, length - 1));
  else choose(clamp(at + step, 0, length - 1));
  event.preventDefault();
  event.stopPropagation();
}
