// The recent analyses: each is one button, with its small picture; one without a result is text.
// Text only ever becomes text. A choice is told by its id, never by its place.

import { make } from "../../browser/dom.js";
import { picture } from "./picture.js";

function item(row, tell) {
  const facts = [row.when, row.length, row.index && `quality index ${row.index}`, row.about];
  const text = make(
    "span",
    { class: "text" },
    make("span", { class: "title", text: row.title }),
    make("span", { class: "muted", text: facts.filter(Boolean).join(" · ") }),
  );
  const drawn = row.tracks ? picture(row.tracks, row.words) : make("span", { class: "muted", text: row.words });
  if (!row.opens) return make("li", {}, make("div", { class: "item" }, text, drawn));
  const attributes = { type: "button", class: "item", "aria-current": row.shown ? "true" : null };
  const open = make("button", { ...attributes, "data-id": row.id }, text, drawn);
  open.addEventListener("click", () => row.shown || tell("opened", row.id));
  return make("li", {}, open);
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Drawn again while a button of it has the focus, it gives that back.
  const focused = parentElement.activeElement ?? parentElement.querySelector(":focus");
  const id = focused?.dataset?.id;
  const list = make("ul", { "aria-label": data.caption }, ...data.rows.map((row) => item(row, setTriggerValue)));
  const old = parentElement.querySelector("ul");
  if (old) old.replaceWith(list);
  else parentElement.append(list);
  if (id) [...list.querySelectorAll("button")].find((button) => button.dataset.id === id)?.focus();
}
