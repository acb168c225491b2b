// The list of the library: a table whose headings sort it and whose titles open what they name.
// Text only ever becomes text. A choice is told by its id, never by its place.

import { button, make } from "../../browser/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const FAMILIES = [
  ["toward", "--st-blue-text-color"],
  ["unsure", "--st-gray-text-color"],
  ["away", "--st-orange-text-color"],
];
const [BIN, LANE, RIBBON] = [3, 9, 4];
const ENGAGEMENT = { e: 0.75, n: 0.4, d: 0.15 };

function rect(x, y, height, style) {
  const element = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width: BIN, height, style })) element.setAttribute(name, value);
  return element;
}

function picture(tracks, words) {
  const bins = tracks.toward.length;
  const svg = document.createElementNS(SVG, "svg");
  const height = FAMILIES.length * LANE + RIBBON + 2;
  for (const [name, value] of Object.entries({
    viewBox: `0 0 ${bins * BIN} ${height}`,
    role: "img",
    "aria-label": words,
  })) {
    svg.setAttribute(name, value);
  }
  const title = document.createElementNS(SVG, "title");
  title.textContent = words;
  svg.append(title);
  for (const [lane, [family, color]] of FAMILIES.entries()) {
    for (const [bin, digit] of [...tracks[family]].entries()) {
      const level = (Number(digit) * (LANE - 1)) / 9;
      if (level > 0) svg.append(rect(bin * BIN, (lane + 1) * LANE - level, level, `fill: var(${color})`));
    }
  }
  for (const [bin, state] of [...tracks.engagement].entries()) {
    const shade = ENGAGEMENT[state];
    if (shade) svg.append(rect(bin * BIN, height - RIBBON, RIBBON, `fill: currentcolor; opacity: ${shade}`));
  }
  return svg;
}

function heading({ key, text }, { sort, descending }, tell) {
  if (!key) return make("td");
  const sorted = sort === key;
  const arrow = sorted ? (descending ? " ↓" : " ↑") : "";
  const press = button(text + arrow, () =>
    tell("sorted", { key, descending: sorted ? !descending : key !== "heading" }),
  );
  return make("th", { scope: "col", "aria-sort": sorted ? (descending ? "descending" : "ascending") : null }, press);
}

function row(item, tell) {
  const open = button(item.title, () => tell("opened", item.id), { class: "title", "data-name": `open ${item.id}` });
  const edit = button("Edit", () => tell("edited", item.id), {
    class: "edit",
    "aria-label": `Edit ${item.title}`,
    "data-name": `edit ${item.id}`,
  });
  const chips = item.labels.map((text) =>
    button(text, () => tell("label", text), { title: "Find all with this label", "aria-label": `Label ${text}` }),
  );
  const labels = make("span", { class: "labels" }, ...chips);
  const about = [item.about && make("span", { class: "muted", text: item.about }), item.labels.length && labels];
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, open, ...about.filter(Boolean)),
    make("td", { text: item.when }),
    make("td", { class: "number", text: item.length }),
    make("td", { class: "number", text: item.index, title: item.band }),
    make(
      "td",
      { class: "tracks" },
      item.tracks ? picture(item.tracks, item.words) : make("span", { class: "muted", text: item.words }),
    ),
    make("td", {}, edit),
  );
}

export default function ({ data, parentElement, setTriggerValue }) {
  // A component may be drawn again while a button of it has the focus.
  const focused = parentElement.activeElement ?? parentElement.querySelector(":focus");
  const buttons = () => [...parentElement.querySelectorAll("button")];
  const place = buttons().indexOf(focused);
  const head = make("tr", {}, ...data.columns.map((column) => heading(column, data, setTriggerValue)));
  const body = make("tbody", {}, ...data.rows.map((item) => row(item, setTriggerValue)));
  const table = make("table", {}, make("caption", { text: data.caption }), make("thead", {}, head), body);
  const old = parentElement.querySelector("table");
  if (old) old.replaceWith(table);
  else parentElement.append(table);
  if (place < 0) return;
  const { name } = focused.dataset; // the list may be in another order
  (buttons().find(({ dataset }) => name && dataset.name === name) ?? buttons()[place])?.focus();
}
