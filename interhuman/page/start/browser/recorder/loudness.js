// Draws how loud it is: a bar beside the time, and the last seconds where there is no picture.

import { make } from "../../../browser/dom.js";

const BARS = 60;
const WIDTH = 600;
const HEIGHT = 120;
const LOWEST = 2;

export class Loudness {
  constructor() {
    this.fill = make("div", { class: "fill" });
    this.bar = make("div", { class: "level", "aria-hidden": "true" }, this.fill);
    this.canvas = make("canvas", { class: "wave", width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    this.clear();
  }

  clear() {
    this.levels = Array(BARS).fill(0);
    this.#draw(0);
  }

  add(level) {
    this.levels.push(level);
    this.levels.shift();
    this.#draw(level);
  }

  #draw(level) {
    this.fill.style.transform = `scaleX(${level})`;
    const pen = this.canvas.getContext("2d");
    const step = WIDTH / BARS;
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.fillStyle = "#fff"; // on the black that a picture would stand on
    for (const [place, height] of this.levels.entries()) {
      const length = Math.max(LOWEST, height * HEIGHT);
      pen.fillRect(place * step, (HEIGHT - length) / 2, step * 0.6, length);
    }
  }
}
