// One of the recordings that are compared: its tracks and its player, and what is said of it above the tracks.

import { clock } from "../../result/browser/clock.js";
import { make, setText } from "../../browser/dom.js";
import { holdingAt } from "../../result/browser/current.js";
import { SignalFilter } from "../../result/browser/filter.js";
import { headOf, noSignalAt } from "../../result/browser/glyphs.js";
import { ShiftControl } from "./shift.js";

// What is before its beginning or after its end, in words.
function wordsFor(seconds, lengthS) {
  if (lengthS === 0) return "length not known";
  if (seconds < 0) return `begins in ${clock(-seconds + 0.999)}`;
  return seconds > lengthS ? "ended" : `${clock(seconds)} of ${clock(lengthS)}`;
}

// The tracks take this for their view; it hands on to `view`, which all members share, what concerns all.
export class Member {
  filter = new SignalFilter();
  axis = null;
  player = null;
  tracks = null;
  chosen = null; // the signal that was chosen, as long as it holds
  current = null;

  constructor(root, facts, view) {
    this.#view = view;
    this.#when = make("span", { class: "ih-muted ih-when" });
    this.#title = make("div", { class: "ih-head" });
    this.#why = make("p", { class: "ih-why", tabindex: "0", "aria-label": `Reason, ${facts.letter}` });
    this.#shift = new ShiftControl(facts.letter, {
      shift: (seconds, isOver) => view.shift(this, seconds, isOver),
      secondsPerPx: () => (this.tracks ? (this.tracks.window[1] - this.tracks.window[0]) / this.tracks.widthPx : 0),
    });
    this.take(root, facts);
  }

  shifts = { seconds: 0, percent: 0 }; // by the unit of the axis, each in seconds: what lines up on one does not on the other
  #view;
  #when;
  #title;
  #why;
  #shift;
  #time = 0;
  #second = null;
  #pointed = null;
  #holdsFrom = Infinity;
  #holdsUntil = -Infinity;
  #shown = undefined;

  // Takes in what the server says of it, which is much the same every time.
  take(root, facts) {
    this.facts = facts;
    this.signals = facts.signals;
    if (this.root === root && root.firstChild) return;
    this.root = root;
    const letter = make("span", { class: "ih-letter", text: facts.letter });
    const name = make("strong", { class: "ih-name", text: facts.title, title: facts.title });
    const quiet = facts.noPlayer ? [make("span", { class: "ih-muted", text: facts.noPlayer })] : [];
    const first = make("span", { class: "ih-muted ih-shift", text: "reference" });
    const line = make(
      "div",
      { class: "ih-line" },
      letter,
      name,
      this.#when,
      ...quiet,
      facts.place === 0 ? first : this.#shift.root,
    );
    this.card = make("div", { class: "ih-signal-card" }, this.#title, this.#why);
    root.replaceChildren(make("div", { class: "ih-member" }, line, this.card));
    this.#shown = undefined;
    this.#second = null;
    this.setTime(this.#time);
  }

  get lengthS() {
    return this.facts.geometry.lengthS;
  }

  get name() {
    return this.facts.letter;
  }

  // ---- what the tracks ask of their view --------------------------------------------------------

  get time() {
    return this.#time;
  }

  isShown() {
    return true;
  }

  seek(seconds) {
    this.#view.seekIn(this, seconds);
  }

  choose(signal) {
    this.#view.choose(this, signal);
  }

  point(signal) {
    this.#view.point(this, signal);
  }

  windowChanged(window) {
    this.#view.windowChanged(this, window);
  }

  tracksMeasured() {}

  // ---- what it shows ----------------------------------------------------------------------------

  setTracks(tracks) {
    this.tracks = tracks;
    this.#second = null;
  }

  setAxis(axis, limits) {
    this.axis = axis;
    this.#shift.show(axis.shiftS, limits);
  }

  setTime(seconds) {
    this.#time = seconds;
    this.tracks?.movePlayhead(seconds);
    if (Math.floor(seconds) !== this.#second) {
      this.#second = Math.floor(seconds);
      const words = wordsFor(seconds, this.lengthS);
      setText(this.#when, words);
      this.tracks?.sayTime(seconds, words);
    }
    if (seconds < this.#holdsFrom || seconds >= this.#holdsUntil) this.showCurrent();
  }

  // Finds what holds at its time, and shows that.
  showCurrent() {
    const edges = this.facts.states.flatMap(([start, end]) => [start, end]);
    const { holding, from, until } = holdingAt(this.#time, this.signals, edges);
    [this.#holdsFrom, this.#holdsUntil] = [from, until];
    this.chosen = holding.find(({ id }) => id === this.chosen?.id) ?? null;
    this.current = this.chosen ?? holding[0] ?? null;
    this.#others = holding.filter((signal) => signal !== this.current);
    this.#showCard();
  }

  #others = [];

  setPointed(signal) {
    this.#pointed = signal;
    this.#showCard();
  }

  #showCard() {
    const signal = this.#pointed ?? this.current;
    const others = this.#pointed ? [] : this.#others;
    const shown = JSON.stringify([signal?.id, others.map(({ id }) => id), this.#state, this.chosen?.id]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const also = others.length ? [make("span", { class: "ih-muted", text: `also ${typesOf(others)}` })] : [];
    const none = this.signals.length ? noSignalAt(this.#state) : this.facts.none;
    const head = signal ? headOf(signal) : [make("strong", { class: "ih-muted", text: none })];
    this.#title.replaceChildren(...head, ...also);
    setText(this.#why, signal ? signal.why || "No reason given." : this.#state);
    this.#why.scrollTop = 0;
    this.card.classList.toggle("ih-chosen", Boolean(signal) && signal === this.chosen);
  }

  get #state() {
    const holds = ([start, end]) => start <= this.#time && this.#time < end;
    const words = this.facts.states.filter(holds).map((state) => state[2]);
    return words.join(" · ");
  }
}

const typesOf = (signals) => [...new Set(signals.map(({ type }) => type))].join(", ");
