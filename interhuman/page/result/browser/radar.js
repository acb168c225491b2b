// A radar as SVG: the whole recording as a solid outline, a moment of it as a dashed one.

import { make } from "../../browser/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 50;
const SIDE = 74; // how far the drawing reaches to either side: what is beside the radar is for the names

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const ASIDE = 5; // how far beside its corner a letter stands

// Returns for each outline a corner that is far from those of the others, and a side of it that no letter has.
function lettersAt(outlines) {
  const taken = new Set();
  return outlines.map((readings, at) => {
    const others = outlines.toSpliced(at, 1);
    const corners = readings.flatMap((reading, axis) => {
      if (!reading) return [];
      const near = others.flatMap((other) => other[axis] ?? []).map(({ value }) => Math.abs(value - reading.value));
      const apart = Math.min(100, ...near);
      return [-ASIDE, ASIDE].map((side) => ({ axis, side, apart }));
    });
    const free = corners.filter(({ axis, side }) => !taken.has(`${axis} ${side}`));
    const [best] = free.toSorted((one, other) => other.apart - one.apart);
    if (best) taken.add(`${best.axis} ${best.side}`);
    return best;
  });
}

export class Radar {
  // `labels` are the names of its axes, clockwise from the top.
  constructor(labels) {
    this.axes = labels.map((_, place) => {
      const angle = (2 * Math.PI * place) / labels.length - Math.PI / 2;
      return [Math.cos(angle), Math.sin(angle)];
    });
    const ring = (value, name) =>
      svg("polygon", { class: name, points: this.#points(this.axes.map(() => value)).join(" ") });
    const spokes = this.axes.map(([x, y]) =>
      svg("line", { class: "ih-ring", x2: (x * RADIUS).toFixed(2), y2: (y * RADIUS).toFixed(2) }),
    );
    // The names at the sides stand over their corners, so that little room is taken from the radar.
    this.names = labels.map((text, place) => {
      const [x, y] = this.axes[place];
      const isSide = Math.abs(x) > 0.9;
      const anchor = Math.abs(x) < 0.1 ? "middle" : x > 0 === isSide ? "end" : "start";
      const [atX, atY] = isSide ? [Math.sign(x) * SIDE, y * RADIUS - 8] : [x * (RADIUS - 18), y * (RADIUS + 6) + 3];
      const name = svg("text", { x: atX.toFixed(2), y: atY.toFixed(2), "text-anchor": anchor });
      name.textContent = text;
      return name;
    });
    this.overall = svg("g", { class: "ih-overall" });
    this.now = svg("g", { class: "ih-now" });
    const drawing = svg(
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

  // Draws several outlines over each other, each with its letter beside one of its corners.
  showAll(outlines, letters) {
    const places = lettersAt(outlines);
    const groups = outlines.map((readings, at) => {
      const group = svg("g", { class: `ih-line ih-line-${at}` });
      this.#outline(group, readings);
      if (places[at]) group.append(this.#letter(letters[at], readings, places[at]));
      return group;
    });
    this.overall.replaceChildren(...groups);
  }

  #letter(text, readings, { axis, side }) {
    const [x, y] = this.axes[axis];
    const away = (RADIUS * readings[axis].value) / 100;
    const at = { x: (x * away - y * side).toFixed(2), y: (y * away + x * side + 2).toFixed(2) };
    const letter = svg("text", { ...at, "text-anchor": "middle" });
    letter.textContent = text;
    return letter;
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
      ? [svg("polygon", { points: points.join(" ") })]
      : sides.filter(([from, to]) => from && to).map(([from, to]) => svg("polyline", { points: `${from} ${to}` }));
    const dots = readings.flatMap((reading, place) => {
      if (!reading) return [];
      const [cx, cy] = points[place].split(",");
      return [svg("circle", { cx, cy, r: 2.2, class: reading.isEvidence ? "" : "ih-hollow" })];
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
