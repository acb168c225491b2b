// The numbers of a comparison: radars over each other, a table of scores, signals a minute as paired bars.

import { make } from "../../browser/dom.js";
import { Radar } from "../../result/browser/radar.js";
import { lineSample } from "./who.js";

function radarPart({ radar, dimensions }, letters) {
  const caption = make("h2", { text: "Conversation quality" });
  if (!radar) return make("section", { class: "ihc-radars" }, caption, make("p", { class: "ih-muted", text: "None." }));
  const drawn = new Radar(dimensions);
  drawn.showAll(radar, letters);
  const note = "From 0 in the middle to 100. The dotted ring is 50, a hollow dot is no evidence.";
  return make("section", { class: "ihc-radars" }, caption, drawn.root, make("p", { class: "ih-muted", text: note }));
}

function scoreCell({ words, isEvidence, band, difference }) {
  return make(
    "td",
    { class: isEvidence ? "" : "ihc-in-words" },
    make("span", { class: "ihc-value", text: words }),
    difference ? make("span", { class: "ihc-difference", text: difference, title: "Difference from A" }) : "",
    band ? make("span", { class: "ih-muted ihc-band", text: band }) : "",
  );
}

function scoreTable({ scores }, letters) {
  const heads = letters.map((letter, at) => make("th", { scope: "col" }, lineSample(at), letter));
  const rows = scores.map(({ label, meaning, cells }) =>
    make("tr", {}, make("th", { scope: "row", text: label, title: meaning }), ...cells.map(scoreCell)),
  );
  const corner = make("td");
  const caption = make("caption", {}, make("h2", { text: "Scores" }));
  const note = "Beside each score: its difference from A, of the exact values. Time engaged in percentage points.";
  return make(
    "section",
    { class: "ihc-scores" },
    make("table", {}, caption, make("thead", {}, make("tr", {}, corner, ...heads)), make("tbody", {}, ...rows)),
    make("p", { class: "ih-muted", text: note }),
  );
}

function rateRow({ label, family, level, cells }, letters) {
  const mark = make("span", { class: "ihc-mark", "aria-hidden": "true" });
  const name = make("th", { scope: "row" }, level === "family" ? mark : "", label);
  const bars = cells.map(({ share, words, count }, at) => {
    const bar = make("span", { class: "ihc-rate", "aria-hidden": "true", hidden: !share });
    bar.style.setProperty("--share", `${100 * share}%`);
    return make(
      "td",
      { title: `${letters[at]}: ${count}` },
      make("span", { class: "ihc-letter", "aria-hidden": "true", text: letters[at] }),
      bar,
      make("span", { class: "ihc-value", text: words }),
    );
  });
  return make("tr", { class: `ihc-${level}`, "data-family": family }, name, ...bars);
}

// A table for each family, so that they can stand in columns.
function rateTables({ rates, more }, letters) {
  const groups = Map.groupBy(rates, ({ family }) => family);
  const tables = [...groups.values()].map((rows) => {
    const heads = letters.map((letter) => make("th", { scope: "col", text: letter }));
    const head = make("thead", { class: "ih-unseen" }, make("tr", {}, make("td"), ...heads));
    const caption = make("caption", { class: "ih-unseen", text: `${rows[0].label}: signals per minute` });
    return make("table", {}, caption, head, make("tbody", {}, ...rows.map((row) => rateRow(row, letters))));
  });
  return make(
    "section",
    { class: "ihc-rates" },
    make("h2", { text: "Signals per minute" }),
    make("div", { class: "ihc-families" }, ...tables),
    more ? make("p", { class: "ih-muted", text: more }) : "",
  );
}

export function drawNumbers(numbers, letters) {
  return make(
    "div",
    { class: "ihc-compared" },
    radarPart(numbers, letters),
    scoreTable(numbers, letters),
    rateTables(numbers, letters),
  );
}
