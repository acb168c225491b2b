// The panel beside the tracks: the filter, and two tabs, one with the signals and one with the moments.

import { button, make, setText } from "../../browser/dom.js";
import { FilterBar } from "./filter.js";
import { SignalList } from "./list.js";
import { MomentList } from "./moments.js";

const SIGNALS = "Signals";
const MOMENTS = "Moments";
const TURNS = { ArrowRight: 1, ArrowLeft: -1 };

export class Panel {
  // `view` has what both lists and the filter's bar need; `askRules` opens how moments are chosen.
  constructor(root, { probabilities, none, rules }, view, askRules) {
    this.bar = new FilterBar(probabilities, view);
    this.signals = new SignalList(view, this.bar, none);
    this.moments = new MomentList(view, button(rules, askRules, { class: "ih-link" }));
    this.pages = { [SIGNALS]: this.signals.root, [MOMENTS]: this.moments.root };
    this.tabs = Object.keys(this.pages).map((name) =>
      button(name, () => this.#choose(name, view), { role: "tab", id: `ih-tab-${name}`, class: "ih-tab" }),
    );
    this.judged = make("p", { class: "ih-judged ih-muted", role: "status", hidden: true });
    const tabs = make("div", { class: "ih-tabs", role: "tablist", "aria-label": "What happened" }, ...this.tabs);
    tabs.addEventListener("keydown", (event) => this.#key(event));
    for (const [name, page] of Object.entries(this.pages)) {
      page.setAttribute("role", "tabpanel");
      page.setAttribute("aria-labelledby", `ih-tab-${name}`);
    }
    const pages = [this.signals.root, this.moments.root];
    this.root = make("div", { class: "ih-signals" }, tabs, this.bar.root, this.judged, ...pages);
    root.replaceChildren(this.root);
    this.open(SIGNALS);
  }

  fillSignals(signals) {
    this.signals.fill(signals);
    this.bar.root.hidden = signals.length === 0;
    this.#name(SIGNALS, signals.length);
  }

  fillMoments(moments) {
    this.moments.fill(moments);
    this.#name(MOMENTS, moments.items.length);
  }

  // `annotations` has: notes, says.
  fillAnnotations({ notes, says }) {
    this.signals.setNotes(notes);
    this.signals.setSays(says);
    const [judged, all, agreed] = [
      says.size,
      this.signals.items.size,
      [...says.values()].filter((one) => one === "agree"),
    ];
    const [seen, total, yes] = [judged, all, agreed.length].map((number) => number.toLocaleString("en-US"));
    this.judged.hidden = judged === 0;
    setText(this.judged, `You looked at ${seen} of ${total} and agreed with ${yes}.`);
  }

  // The open tab as the address names it: "" for the first.
  get named() {
    return this.moments.root.hidden ? "" : MOMENTS.toLowerCase();
  }

  openNamed(name) {
    const found = Object.keys(this.pages).find((each) => each.toLowerCase() === name);
    if (found) this.open(found);
  }

  #choose(name, view) {
    this.open(name);
    view.lookChanged();
  }

  // To the signals, or where there are none to their tab.
  takeFocus() {
    this.open(SIGNALS);
    (this.signals.list.hidden ? this.tabs[0] : this.signals.list).focus();
  }

  open(name) {
    for (const [place, page] of Object.entries(this.pages)) page.hidden = place !== name;
    for (const [place, tab] of this.tabs.entries()) {
      const isOpen = Object.keys(this.pages)[place] === name;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
    }
  }

  #name(name, number) {
    const tab = this.tabs[Object.keys(this.pages).indexOf(name)];
    setText(tab, `${name} ${number.toLocaleString("en-US")}`);
  }

  #key(event) {
    const at = this.tabs.indexOf(event.target) + (TURNS[event.key] ?? NaN);
    if (!(at in this.tabs)) return;
    event.preventDefault();
    event.stopPropagation();
    this.tabs[at].click();
    this.tabs[at].focus();
  }
}
