// The visible part of a recording, as [from, to] in seconds: all of `extent`, which is what can be seen, or a window
// that moves and zooms.

import { clamp } from "../../browser/dom.js";

export const MIN_WINDOW_S = 2;
const PHONE_PX = 420;
const PHONE_WINDOW_S = 90;
const BEFORE_SHARE = 0.1; // how much of a window stands before what it was moved to show

// Returns the window that comes nearest to the wanted one.
export function possibleWindow([from, to], [first, last]) {
  const length = possibleLength(to - from, last - first);
  const start = clamp(from, first, last - length);
  // Without what sums of fractions add.
  return length >= last - first - 1e-6 ? [first, last] : [start, start + length];
}

const possibleLength = (length, wholeS) => clamp(length, Math.min(MIN_WINDOW_S, wholeS), wholeS);

// Returns the window that is `factor` times as narrow; `aroundS` stays where it is.
export function zoomedWindow([from, to], factor, aroundS, extent) {
  const share = clamp((aroundS - from) / (to - from), 0, 1);
  const length = possibleLength((to - from) / factor, extent[1] - extent[0]);
  return possibleWindow([aroundS - share * length, aroundS + (1 - share) * length], extent);
}

// Returns the window of the same length that shows a time, which is near its begin if it was moved.
export function windowWith([from, to], time, extent) {
  if (time >= from && time <= to) return [from, to];
  const start = time - (to - from) * BEFORE_SHARE;
  return possibleWindow([start, start + to - from], extent);
}

// Whether the window turns to the next page for a playhead that goes from `before` to `time`: only if
// it was seen there, and not if somebody looks elsewhere.
export function follows([from, to], before, time, [first, last]) {
  const isWhole = to - from >= last - first - 1e-6;
  const wasVisible = before >= from - 0.5 && before <= to + 0.5;
  return !isWhole && wasVisible && (time < from || time > to);
}

// Returns the window in which the times `one` and `other` stand at these shares of its width, which two
// fingers hold; null where they met.
export function pinchedWindow([one, other], [left, right], extent) {
  const length = (other - one) / (right - left);
  if (!(length > 0 && Number.isFinite(length))) return null;
  return possibleWindow([one - left * length, one + (1 - left) * length], extent);
}

// Returns what of a recording is visible at first: on a phone all of a long one would be too little of each.
export function firstWindow([first, last], widthPx) {
  const isTooLong = widthPx < PHONE_PX && last - first > PHONE_WINDOW_S;
  return isTooLong ? [first, first + PHONE_WINDOW_S] : [first, last];
}
