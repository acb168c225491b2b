// The control that shifts a recording against the first: a handle to drag, and a field in seconds.

import { clamp, make } from "../../browser/dom.js";

const STEP_S = 0.1;
const KEYS_S = { ArrowLeft: -STEP_S, ArrowRight: STEP_S, PageDown: -5, PageUp: 5 };
const GREAT_STEP_S = 1;

export const inSteps = (seconds) => Math.round(seconds / STEP_S) / Math.round(1 / STEP_S);

export class ShiftControl {
  // `name` is the recording's letter; `shift(seconds, isOver)` is called while it is shifted, and when that is over;
  // `secondsPerPx()` says how long the tracks show on a pixel.
  constructor(name, { shift, secondsPerPx }) {
    this.#shift = shift;
    this.#secondsPerPx = secondsPerPx;
    this.handle = make("div", {
      class: "ih-grip",
      role: "slider",
      tabindex: "0",
      "aria-label": `Shift ${name}`,
      title: `Drag to shift ${name} in time (← →, 1 second with Shift; Home: no shift)`,
      text: "⇔",
    });
    this.field = make("input", { type: "number", step: STEP_S, "aria-label": `Shift of ${name} in seconds` });
    this.root = make("div", { class: "ih-shift" }, this.handle, make("span", { text: "Shift" }), this.field, "s");
    this.#listen();
  }

  #shift;
  #secondsPerPx;
  #seconds = 0;
  #limits = [0, 0];
  #drag = null;

  // `limits` is how far it may be shifted at most, [earlier, later] in seconds.
  show(seconds, limits) {
    this.#seconds = seconds;
    this.#limits = limits;
    const [min, max] = limits.map(inSteps);
    if (Number(this.field.value) !== seconds || this.field.value === "") this.field.value = String(seconds);
    Object.assign(this.field, { min, max });
    const words = `${Math.abs(seconds)} seconds ${seconds < 0 ? "earlier" : "later"}`;
    for (const [name, value] of [
      ["valuemin", min],
      ["valuemax", max],
      ["valuenow", seconds],
      ["valuetext", seconds === 0 ? "not shifted" : words],
    ])
      this.handle.setAttribute(`aria-${name}`, value);
  }

  #to(seconds, isOver = true) {
    this.#shift(inSteps(clamp(seconds, ...this.#limits)), isOver);
  }

  #listen() {
    this.field.addEventListener("change", () => {
      this.#to(Number.isFinite(this.field.valueAsNumber) ? this.field.valueAsNumber : 0);
      this.show(this.#seconds, this.#limits); // where what was typed is no possible shift
    });
    this.handle.addEventListener("keydown", (event) => {
      const step = KEYS_S[event.key];
      if ((step === undefined && event.key !== "Home") || event.ctrlKey || event.metaKey || event.altKey) return;
      const isGreat = event.shiftKey && Math.abs(step) === STEP_S;
      this.#to(event.key === "Home" ? 0 : this.#seconds + (isGreat ? Math.sign(step) * GREAT_STEP_S : step));
      event.preventDefault();
      event.stopPropagation();
    });
    this.handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.handle.setPointerCapture(event.pointerId);
      this.#drag = { x: event.clientX, from: this.#seconds, perPx: this.#secondsPerPx() };
    });
    this.handle.addEventListener("pointermove", (event) => this.#drag && this.#dragTo(event, false));
    this.handle.addEventListener("pointerup", (event) => {
      if (this.#drag) this.#dragTo(event, true);
      this.#drag = null;
    });
    this.handle.addEventListener("pointercancel", () => {
      this.#drag = null;
      this.#to(this.#seconds);
    });
  }

  #dragTo({ clientX }, isOver) {
    const { x, from, perPx } = this.#drag;
    this.#to(from + (clientX - x) * perPx, isOver);
  }
}
