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

// What is ticked outlasts the rows on this page of the list, and a search; the server knows it a moment later.
class Ticks {
  constructor({ ids, cleared }, tell) {
    this.ids = new Set(ids);
    this.cleared = cleared;
    this.tell = tell;
  }

  box({ id, title, opens }) {
    if (!opens) return make("td", { class: "tick" });
    const box = make("input", {
      type: "checkbox",
      checked: this.ids.has(id),
      "aria-label": `Select ${title}`,
      "data-name": `tick ${id}`,
    });
    box.addEventListener("change", () => {
      if (box.checked) this.ids.add(id);
      else this.ids.delete(id);
      this.tell([...this.ids]);
    });
    return make("td", { class: "tick" }, make("label", {}, box));
  }
}

function row(item, ticks, tell) {
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
    ticks.box(item),
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

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  // A component may be drawn again while a button of it has the focus.
  const focused = parentElement.activeElement ?? parentElement.querySelector(":focus");
  const buttons = () => [...parentElement.querySelectorAll("button, input")];
  if (parentElement.ihTicks?.cleared !== data.ticked.cleared) {
    parentElement.ihTicks = new Ticks(data.ticked, (ids) => setStateValue("ticked", ids));
  }
  const place = buttons().indexOf(focused);
  const head = make(
    "tr",
    {},
    make("td", { class: "tick" }),
    ...data.columns.map((column) => heading(column, data, setTriggerValue)),
  );
  const body = make("tbody", {}, ...data.rows.map((item) => row(item, parentElement.ihTicks, setTriggerValue)));
  const table = make("table", {}, make("caption", { text: data.caption }), make("thead", {}, head), body);
  const old = parentElement.querySelector("table");
  if (old) old.replaceWith(table);
  else parentElement.append(table);
  if (place < 0) return;
  const { name } = focused.dataset; // the list may be in another order
  (buttons().find(({ dataset }) => name && dataset.name === name) ?? buttons()[place])?.focus();
}
