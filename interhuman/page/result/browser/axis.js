// Where the seconds of a recording stand on an axis: on one of its own, or on one that several share, in seconds or
// in percent of each one's length, on which it may be shifted.

import { clock, ticks } from "./clock.js";

const PERCENT_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

const signedClock = (seconds, tenths) => (seconds < 0 ? `−${clock(-seconds, tenths)}` : clock(seconds, tenths));
const percent = (value) => `${Number(value.toFixed(2))}%`;

export class Axis {
  // `endS` is the recording's length, `shiftS` how much later than its own time it stands; `unit` is "seconds" or
  // "percent".
  constructor({ endS, stepsS, shiftS = 0, unit = "seconds" }) {
    const isPercent = unit === "percent";
    this.shiftS = shiftS;
    this.perSecond = isPercent ? 100 / endS : 1;
    this.whole = [this.at(0), this.at(endS)]; // what can be seen of it, as the axis has it
    this.#steps = isPercent ? PERCENT_STEPS : stepsS;
    this.#write = isPercent ? percent : signedClock;
  }

  #steps;
  #write;

  at(seconds) {
    return (seconds + this.shiftS) * this.perSecond;
  }

  // The recording's own time at a place on the axis.
  own(place) {
    return place / this.perSecond - this.shiftS;
  }

  // What can be seen, in the recording's own time.
  get extent() {
    return this.whole.map((place) => this.own(place));
  }

  // Returns what is worth a label between two own times, at most one every `leastS` seconds, in own times.
  ticks([from, to], leastS) {
    const { times, labels } = ticks(this.at(from), this.at(to), leastS * this.perSecond, this.#steps, this.#write);
    return { times: times.map((place) => this.own(place)), labels };
  }

  label(seconds) {
    return this.#write(this.at(seconds), false);
  }
}

// Has axes of several recordings show all of each of them.
export function shareAxis(axes) {
  const edges = axes.flatMap(({ whole }) => whole);
  for (const axis of axes) axis.whole = [Math.min(...edges), Math.max(...edges)];
}
