// What stands for a signal or a note wherever one is named.

import { make, setText } from "../../browser/dom.js";

// A mark in the color of the signal's family, filled as far as the detection is sure.
export function mark(signal) {
  const element = make("span", { class: `ih-mark ih-${signal.family} ih-${signal.fill}`, "aria-hidden": "true" });
  setText(element, signal.fill === "unknown" ? "?" : "");
  return element;
}

export function noteMark() {
  return make("span", { class: "ih-mark ih-of-note", "aria-hidden": "true", text: "✎" });
}

// What stands where no signal is; `state` is what else holds there, in words.
export function noSignalAt(state) {
  return state === "Not analyzed" ? "Not analyzed here" : "No signal here";
}

// A signal's mark, type, time and probability.
export function headOf(signal) {
  const facts = make("span", { class: "ih-muted", text: `${signal.span} · ${signal.probability}` });
  return [mark(signal), make("strong", { text: signal.type }), facts];
}
