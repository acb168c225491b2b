// The list of moments: where to look first, in the order of time. Choosing one plays from just before it.

import { make } from "../../browser/dom.js";
import { mark } from "./glyphs.js";
import { move } from "./list.js";
import { onPress } from "./press.js";

const GLYPHS = { drop: "▼", rise: "▲", highest: "★", disengaged: "◌", many: "≡" };

export class MomentList {
  // `view` has: signals, goToMoment(moment), play(). `link` leads to the rules.
  constructor(view, link) {
    this.view = view;
    this.moments = [];
    this.list = make("div", { class: "ih-list", role: "listbox", tabindex: "0", "aria-label": "Moments" });
    this.none = make("p", { class: "ih-muted", text: "No moments match the rules." });
    this.more = make("span", { class: "ih-muted" });
    const foot = make("div", { class: "ih-moments-foot" }, this.more, link);
    this.root = make("div", { class: "ih-page" }, this.none, this.list, foot);
    onPress(this.list, "[data-moment]", ({ dataset }) => this.choose(Number(dataset.moment)));
    this.list.addEventListener("keydown", (event) =>
      move(event, this.#at, this.moments.length, this.view, (place) => this.choose(place)),
    );
  }

  #at = -1; // the place of the chosen one
  #visited = new Set();
  #filled = "";

  // Takes in the moments that the filter leaves; one that was chosen stays so.
  fill({ items, more }) {
    const facts = JSON.stringify([items, more, this.view.signals.length]);
    if (facts === this.#filled) return; // a press on one would be lost
    this.#filled = facts;
    const chosen = this.#nameOf(this.moments[this.#at]);
    this.moments = items;
    this.#at = items.findIndex((moment) => this.#nameOf(moment) === chosen);
    const signals = new Map(this.view.signals.map((signal) => [signal.id, signal]));
    this.list.replaceChildren(...items.map((moment, place) => this.#item(moment, place, signals)));
    this.list.hidden = items.length === 0;
    this.none.hidden = items.length > 0;
    this.more.textContent = more;
    this.#mark();
  }

  // To the next one, or the one before: from the chosen one, else from the playhead.
  step(direction) {
    const { time } = this.view;
    const ahead = this.moments.findIndex(({ seconds }) => seconds > time);
    const before = this.moments.findLastIndex(({ seconds }) => seconds < time);
    if (this.#at >= 0) this.choose(this.#at + direction);
    else this.choose(direction > 0 ? ahead : before);
  }

  choose(place) {
    const moment = this.moments[place];
    if (!moment) return;
    this.#at = place;
    this.#visited.add(this.#nameOf(moment));
    this.#mark();
    const [list, item] = [this.list, this.list.children[place]].map((element) => element.getBoundingClientRect());
    if (item.top < list.top || item.bottom > list.bottom) this.list.scrollTop += item.top - list.top;
    this.view.goToMoment(moment);
  }

  #nameOf(moment) {
    return moment && JSON.stringify([moment.rule, moment.seconds, moment.reason]);
  }

  #item(moment, place, signals) {
    const { mark: kind, reason, span, others } = moment;
    const glyph =
      kind in GLYPHS
        ? make("span", { class: `ih-glyph ih-of-${kind}`, "aria-hidden": "true", text: GLYPHS[kind] })
        : mark({ family: kind, fill: "solid" });
    const visited = make("span", { class: "ih-visited", text: "✓", title: "Visited" });
    const when = make("span", { class: "ih-muted", text: span });
    const words = make("span", { class: "ih-words" }, make("strong", { text: reason }), " ", when);
    const head = make("div", { class: "ih-head ih-moment" }, glyph, words, visited);
    const reasons = moment.signals.map((id) => signals.get(id)).filter(Boolean);
    const lines = reasons.map((signal) => {
      return make("p", {}, mark(signal), ` ${signal.type}${signal.why ? `: ${signal.why}` : ""}`);
    });
    if (others) lines.push(make("p", { class: "ih-muted", text: `and ${others} more` }));
    const id = `ih-moment-${place}`;
    const why = make("div", { id: `${id}-why` }, ...lines);
    const attributes = { class: "ih-item", role: "option", id, "aria-selected": "false", "aria-describedby": why.id };
    const element = make("div", attributes, head, why);
    element.dataset.moment = place;
    return element;
  }

  #mark() {
    for (const [place, element] of [...this.list.children].entries()) {
      element.setAttribute("aria-selected", String(place === this.#at));
      const moment = this.moments[place];
      const isVisited = this.#visited.has(this.#nameOf(moment));
      element.setAttribute("aria-label", `${moment.reason}, ${moment.span}${isVisited ? ", visited" : ""}`);
      element.classList.toggle("ih-was-visited", isVisited);
    }
    if (this.#at >= 0) this.list.setAttribute("aria-activedescendant", `ih-moment-${this.#at}`);
    else this.list.removeAttribute("aria-activedescendant");
  }
}
