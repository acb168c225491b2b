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

// Returns the axis on which a reading is farthest from those of the others, -1 where there is none.
function farthest(readings, others) {
  const apart = readings.map((reading, place) => {
    if (!reading) return -1;
    const near = others.flatMap((other) => other[place] ?? []).map(({ value }) => Math.abs(value - reading.value));
    return Math.min(100, ...near);
  });
  const most = Math.max(...apart);
  return most < 0 ? -1 : apart.indexOf(most);
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

  // Draws several outlines over each other, each with its letter where it is farthest from the others.
  showAll(outlines, letters) {
    const groups = outlines.map((readings, at) => {
      const group = draw("g", { class: `ih-line ih-line-${at}` });
      this.#outline(group, readings);
      const place = farthest(readings, outlines.toSpliced(at, 1));
      if (place >= 0) {
        const [x, y] = this.axes[place].map((part) => (part * RADIUS * readings[place].value) / 100);
        const [aside] = this.axes[place];
        const letter = draw("text", { x: (x + (aside < -0.1 ? -6 : 6)).toFixed(2), y: (y - 2.5).toFixed(2) });
        letter.setAttribute("text-anchor", "middle");
        letter.textContent = letters[at];
        group.append(letter);
      }
      return group;
    });
    this.overall.replaceChildren(...groups);
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
