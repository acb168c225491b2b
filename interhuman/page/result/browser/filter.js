// The filter: which signals are shown. The browser owns it and shows its effect at once; the server
// hears of it a moment later, for what it counts and lists (`filter.py`).

import { button, make, say, setText } from "../../browser/dom.js";

const COUNT_AFTER_MS = 700; // so that words can be typed
const MANY = 300; // of more than these, the surest alone are offered
const SUREST = "high";

const MARKS = { toward: "ih-toward", unsure: "ih-unsure", away: "ih-away" };

export class SignalFilter {
  // What is empty shows all: rows of the tracks by their places, probabilities by name, words.
  constructor({ rows = [], probabilities = [], phrase = "" } = {}) {
    Object.assign(this, { rows, probabilities, phrase });
    this.needle = phrase.trim().toLowerCase();
  }

  get isOn() {
    return this.rows.length > 0 || this.probabilities.length > 0 || this.needle !== "";
  }

  // `signal` has: row, sureness (the name of its probability), words (its lower-case texts).
  shows(signal) {
    if (this.rows.length && !this.rows.includes(signal.row)) return false;
    if (this.probabilities.length && !this.probabilities.includes(signal.sureness)) return false;
    return !this.needle || signal.words.some((text) => text.includes(this.needle));
  }

  // Returns another filter in which `name` of `part` (rows or probabilities) is chosen, or no longer.
  toggled(part, name) {
    const chosen = this[part].includes(name) ? this[part].filter((other) => other !== name) : [...this[part], name];
    return new SignalFilter({ ...this.facts, [part]: chosen });
  }

  get facts() {
    return { rows: this.rows, probabilities: this.probabilities, phrase: this.phrase };
  }

  // As an address names it, "" for what is empty.
  get named() {
    const types = this.rows.toSorted((a, b) => a - b).join(); // as the server has them
    return { types, probability: this.probabilities.join(), q: this.phrase.trim() };
  }
}

// A row of buttons, each of which is chosen or not.
export class Choices {
  // `items` have: name, text, mark (an element), words (what is read for the text, if that is not clear). `toggle(name)` is called for a press.
  constructor(label, items, toggle) {
    this.buttons = new Map();
    this.root = make("div", { class: "ih-choices", role: "group", "aria-label": label });
    for (const { name, text, words, mark } of items) {
      const attributes = { class: "ih-choice", "aria-pressed": "false", "aria-label": words };
      const choice = button("", () => toggle(name), attributes);
      choice.append(mark, text);
      this.buttons.set(name, choice);
      this.root.append(choice);
    }
  }

  show(chosen) {
    for (const [name, choice] of this.buttons) choice.setAttribute("aria-pressed", String(chosen.includes(name)));
  }
}

// A chip for each row of the tracks: its family, its name and how many signals it has.
export class Chips {
  // `view` has: filter, setFilter(filter).
  constructor(root, rows, families, view) {
    const items = rows.map(({ label, family, count }, place) => ({
      name: place,
      text: `${label} ${count.toLocaleString("en-US")}`,
      words: `${label}, ${count.toLocaleString("en-US")} signal${count === 1 ? "" : "s"}`,
      mark: make("span", { class: `ih-mark ih-solid ${MARKS[family]}`, "aria-hidden": "true" }),
    }));
    this.choices = new Choices("Types", items, (name) => view.setFilter(view.filter.toggled("rows", name)));
    const legend = families.map((family) =>
      make("span", {}, make("span", { class: `ih-mark ih-solid ${MARKS[family]}`, "aria-hidden": "true" }), family),
    );
    this.root = make(
      "div",
      { class: "ih-left" },
      this.choices.root,
      make("div", { class: "ih-legend ih-muted" }, ...legend),
    );
    root.replaceChildren(this.root);
  }

  show(filter) {
    this.choices.show(filter.rows);
  }
}

// The search, the probabilities, and how many signals are left; cleared in one click.
export class FilterBar {
  // `view` has: filter, setFilter(filter).
  constructor(probabilities, view) {
    this.search = make("input", {
      type: "search",
      placeholder: "Search signals and reasons",
      "aria-label": "Search signals and reasons",
      maxlength: "200",
    });
    this.search.addEventListener("input", () =>
      view.setFilter(new SignalFilter({ ...view.filter.facts, phrase: this.search.value })),
    );
    const items = probabilities.map(({ name, fill }) => ({
      name,
      text: name,
      mark: make("span", { class: `ih-mark ih-${fill}`, "aria-hidden": "true", text: fill === "unknown" ? "?" : "" }),
    }));
    this.choices = new Choices("Probability", items, (name) =>
      view.setFilter(view.filter.toggled("probabilities", name)),
    );
    this.count = make("span", { class: "ih-muted" });
    this.said = make("span", { class: "ih-unseen", role: "status" });
    this.clear = button("Clear", () => this.#clear(view), { class: "ih-choice", hidden: true });
    const surest = new SignalFilter({ probabilities: [SUREST] });
    this.offer = button("High only", () => view.setFilter(surest), { class: "ih-link ih-offer", hidden: true });
    this.hasSurest = probabilities.length > 1 && probabilities.some(({ name }) => name === SUREST);
    const line = make("div", { class: "ih-left" }, this.choices.root, this.count, this.offer, this.clear, this.said);
    this.root = make("div", { class: "ih-filter" }, this.search, line);
  }

  #clear(view) {
    view.setFilter(new SignalFilter());
    this.search.focus({ preventScroll: true }); // the button that had it is gone
  }

  show(filter, left, total) {
    if (this.search.value !== filter.phrase) this.search.value = filter.phrase;
    this.choices.show(filter.probabilities);
    const [shown, all] = [left, total].map((number) => number.toLocaleString("en-US"));
    const words = `${shown} of ${all}`;
    // What a result is opened with is no news.
    if (this.count.textContent && words !== this.count.textContent)
      say(this.said, `${words} signal${total === 1 ? "" : "s"}`, COUNT_AFTER_MS);
    setText(this.count, words);
    this.clear.hidden = !filter.isOn;
    // Once: whoever filtered knows how.
    if (filter.isOn) this.hasSurest = false;
    this.offer.hidden = !this.hasSurest || total <= MANY;
  }
}
