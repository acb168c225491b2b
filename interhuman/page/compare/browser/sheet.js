// Mounts the parts of a comparison that the browser draws. Text only ever becomes text.

import { make } from "../../browser/dom.js";
import { drawNumbers } from "./numbers.js";
import { drawRecurring } from "./recurring.js";
import { drawWho } from "./who.js";

function drawSheet(data, tell) {
  const letters = data.who.map(({ name }) => name);
  return [...drawWho(data, tell), data.numbers ? drawNumbers(data.numbers, letters) : ""];
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Drawn again while a button of it has the focus, it gives that back.
  const name = parentElement.contains(document.activeElement) ? document.activeElement.dataset.name : "";
  const draw = data.part === "sheet" ? drawSheet : drawRecurring;
  const root = make("div", { class: `ihc-${data.part}` }, ...draw(data, setTriggerValue));
  parentElement.replaceChildren(root);
  if (name) [...root.querySelectorAll("button")].find(({ dataset }) => dataset.name === name)?.focus();
}
