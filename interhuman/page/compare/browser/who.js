// Who is who in a comparison: a letter or number, how its line looks, the title and what is known of it.

import { button, make } from "../../browser/dom.js";
import { svg } from "../../result/browser/radar.js";

const SHOWN_MS = 2000;

// A piece of the line by which an outline of the radar is told.
export function lineSample(at) {
  const line = svg("line", { x2: 24, y1: 2, y2: 2, class: `ih-line ih-line-${at}` });
  return svg("svg", { viewBox: "0 0 24 4", "aria-hidden": "true", class: "ihc-sample" }, line);
}

function card({ id, name, title, facts, sandbox }, at, { canRemove, numbers }, tell) {
  const open = button(title, () => tell("opened", { id }), {
    class: "ih-link ihc-title",
    title: `Open ${title}`,
    "data-name": `open ${id}`,
  });
  const remove = button("×", () => tell("removed", id), {
    class: "ihc-remove",
    title: "Take out of this comparison",
    "aria-label": `Take ${title} out of this comparison`,
    "data-name": `remove ${id}`,
  });
  return make(
    "li",
    {},
    make("span", { class: "ihc-letter", text: name }),
    numbers ? lineSample(at) : "",
    open,
    canRemove ? remove : "",
    make(
      "span",
      { class: "ihc-facts" },
      make("span", { class: "ih-muted", text: facts }),
      sandbox ? make("span", { class: "ihc-sandbox", text: "Sandbox", title: sandbox }) : "",
    ),
  );
}

function copyLink(status) {
  const say = (text) => {
    status.textContent = text;
    setTimeout(() => (status.textContent = ""), SHOWN_MS);
  };
  return button(
    "Copy link",
    async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        say("Copied");
      } catch {
        window.prompt("Copy this link:", location.href);
      }
    },
    { class: "ih-link ihc-copy", "data-name": "copy" },
  );
}

export function drawWho(data, tell) {
  const cards = data.who.map((one, at) => card(one, at, data, tell));
  const status = make("span", { role: "status", class: "ih-muted" });
  const link = data.noLink ? make("span", { class: "ih-muted", text: data.noLink }) : copyLink(status);
  const caveats = data.caveats.map((text) => make("li", { text }));
  return [
    make("ol", { class: "ihc-who", "aria-label": "What is compared" }, ...cards),
    make(
      "div",
      { class: "ihc-notes" },
      make("ul", { "aria-label": "What makes this comparison unfair" }, ...caveats),
      make("p", {}, status, " ", link),
    ),
  ];
}
