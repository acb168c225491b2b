// The quality card: every score for the whole recording and at the playhead, as radar and as numbers.

import { button, make, setText } from "../../browser/dom.js";
import { INDEX } from "./marks.js";
import { Radar } from "./radar.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const ABSENT = "–";

// Writes a reading into its cell; words take less room than they would as a number.
function writeReading(cell, reading, otherwise) {
  setText(cell, reading?.words ?? otherwise);
  cell.classList.add("ih-number");
  cell.classList.toggle("ih-in-words", !reading?.isEvidence);
  return cell;
}

export class QualityCard {
  // `view` has: showScore(name). `askLimits` opens what a result can tell.
  constructor(root, { scores, overallIs, engaged, total, absent, limits, endS }, view, askLimits) {
    this.view = view;
    this.total = total;
    this.scores = scores;
    this.overallIs = overallIs;
    this.endS = endS;
    this.dimensions = scores.filter(({ name }) => name !== INDEX);
    this.hasWindows = scores.some(({ windows }) => windows.length);
    this.signals = make("span"); // the list says its number aloud
    // As the tracks show it: the index, or the first one that was given over time.
    this.#usual = scores.find(({ windows }) => windows.length)?.name ?? INDEX;
    this.#chosen = this.#usual;
    const link = button(limits, askLimits, { class: "ih-link ih-limits" });
    this.root = make("section", { class: "ih-quality", "aria-label": "Conversation quality" });
    if (scores.length) this.#build(engaged, link);
    else this.#buildWithout(engaged, absent, link);
    this.setShown(total);
    root.replaceChildren(this.root);
  }

  #usual;
  #chosen;
  #holds = [Infinity, -Infinity];

  #build(engaged, link) {
    this.headline = make("p", { class: "ih-headline" });
    this.radar = new Radar(this.dimensions.map(({ label }) => label));
    this.radar.showOverall(this.dimensions.map(({ overall }) => overall));
    const heads = [
      make("th", { scope: "col" }, make("span", { class: "ih-unseen", text: "Score" })),
      make("td"),
      make("th", { scope: "col", text: "all", title: "The whole recording" }),
      this.hasWindows ? make("th", { scope: "col", class: "ih-of-now", text: "now", title: "At the playhead" }) : "",
    ];
    this.rows = this.scores.map((score) => this.#row(score));
    const body = make("tbody", {}, ...this.rows.map(({ element }) => element));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
    table.addEventListener("keydown", (event) => this.#key(event));
    this.root.append(
      this.headline,
      make("div", { class: "ih-measures" }, this.radar.root, table),
      this.overallIs ? make("p", { class: "ih-muted ih-overall-is", text: `All: ${this.overallIs}` }) : "",
      this.#foot(engaged, link),
    );
    this.#show();
  }

  #buildWithout(engaged, absent, link) {
    const line = make("p", { class: "ih-muted", text: absent });
    this.root.append(line, this.#foot(engaged, link));
  }

  #foot(engaged, link) {
    const words = engaged === null ? "No engagement data" : `Time engaged ${engaged}`;
    return make("div", { class: "ih-foot" }, make("p", {}, `${words} · `, this.signals), link);
  }

  #row(score) {
    const choose = button(score.name === INDEX ? "Index" : score.label, () => this.choose(score.name), {
      class: "ih-link",
      "aria-pressed": "false",
      title: score.meaning,
    });
    const bar = make("div", { class: "ih-bar" });
    if (score.overall?.isEvidence) bar.style.setProperty("--score", `${score.overall.value}%`);
    const now = make("td", { class: "ih-of-now" });
    const element = make(
      "tr",
      {},
      make("th", { scope: "row" }, choose),
      make("td", { class: "ih-bar-cell" }, bar),
      writeReading(make("td"), score.overall, "not given"),
      this.hasWindows ? now : "",
    );
    return { score, element, choose, now };
  }

  // ---- what changes ---------------------------------------------------------------------------

  setShown(left) {
    const [shown, all] = [left, this.total].map((each) => each.toLocaleString("en-US"));
    const words = left === this.total ? all : `${shown} of ${all}`;
    setText(this.signals, `${words} signal${this.total === 1 ? "" : "s"}`);
  }

  // Looks only where another window may have begun: this is called with every frame.
  setTime(seconds) {
    if (!this.hasWindows || (seconds >= this.#holds[0] && seconds < this.#holds[1])) return;
    const readings = [];
    let [from, until] = [-Infinity, Infinity];
    for (const { score, now } of this.rows) {
      let reading = null;
      for (const window of score.windows) {
        const isLast = window.end >= this.endS && seconds >= this.endS; // its end belongs to it
        if (window.start <= seconds && (seconds < window.end || isLast)) reading = window;
        for (const edge of [window.start, window.end]) {
          if (edge <= seconds) from = Math.max(from, edge);
          else until = Math.min(until, edge);
        }
      }
      if (score.name !== INDEX) readings.push(reading);
      writeReading(now, reading, ABSENT);
    }
    this.#holds = [from, until];
    this.radar.showNow(readings);
  }

  // The chosen score as the address names it: "" for the one that is shown anyway.
  get named() {
    return this.#chosen === this.#usual ? "" : this.#chosen;
  }

  openNamed(name) {
    if (name !== this.#chosen && this.scores.some((score) => score.name === name)) this.choose(name);
  }

  choose(name) {
    this.#chosen = name === this.#chosen ? this.#usual : name;
    this.#show();
    this.view.showScore(this.#chosen, this.scores.find((score) => score.name === this.#chosen).label);
  }

  #show() {
    for (const { score, element, choose } of this.rows) {
      choose.setAttribute("aria-pressed", String(score.name === this.#chosen));
      element.classList.toggle("ih-chosen", score.name === this.#chosen);
    }
    this.radar.choose(this.dimensions.findIndex(({ name }) => name === this.#chosen));
    this.#sayHeadline();
  }

  // The chosen score with what it means: the index's band, or what the dimension measures. The tracks
  // mark its lowest and highest window, which is said here for those who cannot see that.
  #sayHeadline() {
    const { name, label, overall, meaning, extremes } = this.scores.find((score) => score.name === this.#chosen);
    const number = overall ? make("strong", { text: `${overall.words} ` }) : "";
    const words = name === INDEX ? (overall?.band ?? "not given for the whole recording") : meaning;
    const unseen = extremes.length
      ? make("span", { class: "ih-unseen", text: `. Over time: ${extremes.join(", ")}` })
      : "";
    this.headline.replaceChildren(number, `${label} · ${words}`, unseen);
    this.headline.title = name === INDEX ? meaning : "";
  }

  #key(event) {
    const at = this.rows.findIndex(({ choose }) => choose === event.target);
    const next = this.rows[at + STEPS[event.key]];
    if (at < 0 || !next) return;
    event.preventDefault();
    event.stopPropagation();
    next.choose.focus();
    if (next.score.name !== this.#chosen) this.choose(next.score.name);
  }
}
