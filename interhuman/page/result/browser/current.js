// Which signals hold at a moment, and for how long that stays so.

const MOMENT_S = 0.5; // how long a signal without length counts as current
const SURENESS = { solid: 3, half: 2, outline: 1, unknown: 0 };

// Returns the signals that hold at `time`, the surest and latest first, and [from, until] between which
// neither that nor any of `edges` (other times in seconds) changes.
export function holdingAt(time, signals, edges) {
  const holding = [];
  let [from, until] = [-Infinity, Infinity];
  const note = (edge) => {
    if (edge <= time) from = Math.max(from, edge);
    else until = Math.min(until, edge);
  };
  for (const signal of signals) {
    const end = Math.max(signal.end, signal.start + MOMENT_S);
    if (signal.start <= time && time < end) holding.push(signal);
    note(signal.start);
    note(end);
  }
  edges.forEach(note);
  holding.sort((a, b) => SURENESS[b.fill] - SURENESS[a.fill] || b.start - a.start || a.end - b.end);
  return { holding, from, until };
}

// Returns the signal that comes next in the order of time (direction 1), or before (-1): from `current`,
// and without one from `time`. Of those that start together each has its turn.
export function neighborOf(current, direction, time, signals) {
  const inOrder = signals.toSorted((a, b) => a.start - b.start || a.id - b.id);
  const at = inOrder.findIndex(({ id }) => id === current?.id);
  if (at >= 0) return inOrder[at + direction];
  if (direction > 0) return inOrder.find(({ start }) => start > time + 0.05);
  return inOrder.findLast(({ start }) => start < time - 0.05);
}
