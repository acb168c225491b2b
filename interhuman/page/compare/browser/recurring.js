// What recurs: in how many recordings each type occurs, in which third of them, and its moments.

import { button, make } from "../../browser/dom.js";

const SHOWN = 6; // moments of a cell; the others unfold

function moments({ moments: listed, left }, { names, ids, titles }, tell) {
  const links = listed.map(([place, seconds, words]) =>
    button(`${names[place]} ${words}`, () => tell("opened", { id: ids[place], seconds }), {
      class: "ih-link ihc-moment",
      title: titles[place],
      "aria-label": `${titles[place]} at ${words}`,
      "data-name": `${ids[place]} ${seconds}`,
    }),
  );
  const rest = links.slice(SHOWN);
  const number = rest.length + left;
  if (!number) return links;
  const beyond = left ? [make("span", { class: "ih-muted", text: `and ${left.toLocaleString("en-US")} more` })] : [];
  const folded = make("details", {}, make("summary", { text: `${number.toLocaleString("en-US")} more` }));
  folded.append(...rest, ...beyond);
  return [...links.slice(0, SHOWN), folded];
}

function cell(third, name, data, tell) {
  if (!third.recordings) return make("td", { "data-third": name, text: "–" });
  const share = make("span", { class: "ih-muted", text: `in ${third.recordings}` });
  return make(
    "td",
    { "data-third": name },
    share,
    make("span", { class: "ihc-moments" }, ...moments(third, data, tell)),
  );
}

function row({ label, family, recordings, thirds, without }, data, tell) {
  const mark = make("span", { class: "ihc-mark", "aria-hidden": "true" });
  const noThird = without.moments.length
    ? make("span", { class: "ihc-moments" }, "length not known: ", ...moments(without, data, tell))
    : "";
  return make(
    "tr",
    { "data-family": family },
    make("th", { scope: "row" }, mark, label),
    make("td", {}, `${recordings} of ${data.number}`, noThird),
    ...thirds.map((third, at) => cell(third, data.thirds[at], data, tell)),
  );
}

export function drawRecurring(data, tell) {
  const heads = [
    ...["Signal", "Recordings"].map((text) => make("th", { scope: "col", text })),
    ...data.thirds.map((text) => make("th", { scope: "col", class: "ihc-third", text })),
  ];
  const body = make("tbody", {}, ...data.rows.map((one) => row(one, data, tell)));
  const caption = make("caption", { class: "ih-unseen", text: "In how many recordings each signal occurs" });
  const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), body);
  return [
    data.rows.length ? table : make("p", { class: "ih-muted", text: data.none }),
    data.more ? make("p", { class: "ih-muted", text: data.more }) : "",
  ];
}
