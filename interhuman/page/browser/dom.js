// Making elements. Text only ever becomes text: nothing here, or in the other modules, parses markup.

export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

export function button(label, press, attributes = {}) {
  const element = make("button", { type: "button", ...attributes, text: label });
  element.addEventListener("click", press);
  return element;
}

// Writes only what differs: screen readers and the browser's layout are left alone otherwise.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SAY_AFTER_MS = 150; // a region is heard only when it was there, empty, before its text
const sayings = new WeakMap(); // by their regions

// Says `text` in a live region, once nothing else was to be said there for a while; also what was said before.
export function say(region, text, afterMs = SAY_AFTER_MS) {
  clearTimeout(sayings.get(region));
  setText(region, "");
  const speak = () => setText(region, text);
  sayings.set(region, setTimeout(speak, afterMs));
}

// Fills `element` with `text`, in which every occurrence of `phrase` is marked.
export function setMarkedText(element, text, phrase) {
  if (!phrase) return element.replaceChildren(text);
  const pieces = [];
  const hay = text.toLowerCase();
  const needle = phrase.toLowerCase();
  let from = 0;
  // A letter may change its length in lower case; then places in `hay` are not places in `text`.
  for (let at = hay.length === text.length ? hay.indexOf(needle) : -1; at >= 0;) {
    pieces.push(text.slice(from, at), make("mark", { text: text.slice(at, at + needle.length) }));
    from = at + needle.length;
    at = hay.indexOf(needle, from);
  }
  element.replaceChildren(...pieces, text.slice(from));
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
