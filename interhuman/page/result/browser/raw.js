// A long text that wraps, in a scroller of its own that the keyboard reaches.

import { make } from "../../browser/dom.js";

export default function ({ data, parentElement }) {
  const old = parentElement.querySelector("pre");
  if (old?.textContent === data.text) return;
  const text = make("pre", {
    class: "ih-raw",
    role: "region",
    tabindex: "0",
    "aria-label": "JSON of this result",
    text: data.text,
  });
  if (old) old.replaceWith(text);
  else parentElement.append(text);
}
