// What of a comparison is looked at, in the page's address: a reload, and whoever is given the link, find it.

const NUMBER = /^-?\d{1,6}(\.\d{1,3})?$/;

const numberIn = (text) => (NUMBER.test(text) ? Number(text) : 0);

// Returns what the query of an address names, as far as it makes sense by itself, for `count` recordings: the time
// of the first, the seconds by which each stands later than its own time, the unit, and whether players are locked.
export function readComparison(params, count) {
  const shifts = (params.get("shift") ?? "").split(",").map(numberIn);
  return {
    time: numberIn(params.get("t") ?? ""),
    shifts: [0, ...Array.from({ length: count - 1 }, (_, place) => shifts[place] ?? 0)],
    unit: params.get("axis") === "percent" ? "percent" : "seconds",
    isLocked: params.get("players") !== "alone",
  };
}

// Writes the same into the query of an address; what is shown at first anyway is left out.
export function writeComparison(params, { time, shifts, unit, isLocked }) {
  const written = (number) => String(Number(number.toFixed(1)));
  const isShifted = shifts.some((shift) => shift !== 0);
  const look = {
    t: written(time) === "0" ? "" : written(time),
    shift: isShifted ? shifts.slice(1).map(written).join() : "",
    axis: unit === "percent" ? unit : "",
    players: isLocked ? "" : "alone",
  };
  for (const name of Object.keys(look)) params.delete(name); // so that they come in one order
  for (const [name, value] of Object.entries(look)) if (value) params.append(name, value);
}
