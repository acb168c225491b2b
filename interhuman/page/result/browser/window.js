// The visible part of a recording, as [from, to] in seconds: all of it, or a window that moves and zooms.

import { clamp } from "../../browser/dom.js";

export const MIN_WINDOW_S = 2;
const BEFORE_SHARE = 0.1; // how much of a window stands before what it was moved to show

// Returns the window that comes nearest to the wanted one.
export function possibleWindow([from, to], endS) {
  const length = clamp(to - from, Math.min(MIN_WINDOW_S, endS), endS);
  const start = clamp(from, 0, endS - length);
  // Without what sums of fractions add.
  return length >= endS - 1e-6 ? [0, endS] : [start, start + length];
}

// Returns the window that is `factor` times as narrow; `aroundS` stays where it is.
export function zoomedWindow([from, to], factor, aroundS, endS) {
  const share = clamp((aroundS - from) / (to - from), 0, 1);
  const length = clamp((to - from) / factor, Math.min(MIN_WINDOW_S, endS), endS);
  return possibleWindow([aroundS - share * length, aroundS + (1 - share) * length], endS);
}

// Returns the window of the same length that shows a time, which is near its begin if it was moved.
export function windowWith([from, to], time, endS) {
  if (time >= from && time <= to) return [from, to];
  const start = time - (to - from) * BEFORE_SHARE;
  return possibleWindow([start, start + to - from], endS);
}

// Whether the window turns to the next page for a playhead that goes from `before` to `time`: only if
// it was seen there, and not if somebody looks elsewhere.
export function follows([from, to], before, time, endS) {
  const isWhole = to - from >= endS - 1e-6;
  const wasVisible = before >= from - 0.5 && before <= to + 0.5;
  return !isWhole && wasVisible && (time < from || time > to);
}

// Returns the window in which the times `one` and `other` stand at these shares of its width, which two
// fingers hold; null where they met.
export function pinchedWindow([one, other], [left, right], endS) {
  const length = (other - one) / (right - left);
  if (!(length > 0 && Number.isFinite(length))) return null;
  return possibleWindow([one - left * length, one + (1 - left) * length], endS);
}
