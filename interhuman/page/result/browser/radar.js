// A radar as SVG: the whole recording as a solid outline, a moment of it as a dashed one.

import { make } from "../../browser/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 50;
const SIDE = 74; // how far the drawing reaches to either side: what is beside the radar is for the names

function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export class Radar {
  // `labels` are the names of its axes, clockwise from the top.
  constructor(labels) {
    this.axes = labels.map((_, place) => {
      const angle = (2 * Math.PI * place) / labels.length - Math.PI / 2;
      return [Math.cos(angle), Math.sin(angle)];
    });
    const ring = (value, name) =>
      draw("polygon", { class: name, points: this.#points(this.axes.map(() => value)).join(" ") });
    const spokes = this.axes.map(([x, y]) =>
      draw("line", { class: "ih-ring", x2: (x * RADIUS).toFixed(2), y2: (y * RADIUS).toFixed(2) }),
    );
    // The names at the sides stand over their corners, so that little room is taken from the radar.
    this.names = labels.map((text, place) => {
      const [x, y] = this.axes[place];
      const isSide = Math.abs(x) > 0.9;
      const anchor = Math.abs(x) < 0.1 ? "middle" : x > 0 === isSide ? "end" : "start";
      const [atX, atY] = isSide ? [Math.sign(x) * SIDE, y * RADIUS - 8] : [x * (RADIUS - 18), y * (RADIUS + 6) + 3];
      const name = draw("text", { x: atX.toFixed(2), y: atY.toFixed(2), "text-anchor": anchor });
      name.textContent = text;
      return name;
    });
    this.overall = draw("g", { class: "ih-overall" });
    this.now = draw("g", { class: "ih-now" });
    const drawing = draw(
      "svg",
      { viewBox: `${-SIDE} -61 ${2 * SIDE} 114`, "aria-hidden": "true" },
      ring(100, "ih-ring"),
      ring(50, "ih-ring ih-middle"),
      ...spokes,
      this.overall,
      this.now,
      ...this.names,
    );
    this.root = make("div", { class: "ih-radar" }, drawing);
  }

  showOverall(readings) {
    this.#outline(this.overall, readings);
  }

  showNow(readings) {
    this.#outline(this.now, readings);
  }

  // Names the chosen axis, none where it is not one of them.
  choose(place) {
    for (const [at, name] of this.names.entries()) name.classList.toggle("ih-chosen", at === place);
  }

  // Draws what was given: a missing value leaves a gap, one without evidence has a hollow dot.
  #outline(group, readings) {
    const points = this.#points(readings.map((reading) => reading?.value ?? null));
    const closed = points.every((point) => point !== null);
    const sides = points.map((point, place) => [point, points[(place + 1) % points.length]]);
    const lines = closed
      ? [draw("polygon", { points: points.join(" ") })]
      : sides.filter(([from, to]) => from && to).map(([from, to]) => draw("polyline", { points: `${from} ${to}` }));
    const dots = readings.flatMap((reading, place) => {
      if (!reading) return [];
      const [cx, cy] = points[place].split(",");
      return [draw("circle", { cx, cy, r: 2.2, class: reading.isEvidence ? "" : "ih-hollow" })];
    });
    group.replaceChildren(...lines, ...dots);
  }

  #points(values) {
    return values.map((value, place) => {
      if (value === null) return null;
      return this.axes[place].map((part) => ((part * RADIUS * value) / 100).toFixed(2)).join(",");
    });
  }
}
