// The list of the library: a table whose headings sort it and whose titles open what they name.
// Text only ever becomes text. A choice is told by its id, never by its place.

import { button, make } from "../../browser/dom.js";
import { picture } from "./picture.js";

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
