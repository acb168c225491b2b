// Captions on the video: wherever a signal begins or ends, a new one says what is under way from there,
// in at most two lines, since the face that the signals are about is to be seen. None overlap.

const MIN_SHOWN_S = 1.5; // about what two short lines take to read
const MAX_LINE = 60; // of a player of laptop size; the card has all of it
const MAX_TYPE = 24;
const MAX_NAMED = 3;
const PROBABILITY_NAMES = ["high", "medium", "low", "not given"];

// How many of the signals under way have each type and each probability.
class Counts {
  constructor() {
    this.numbers = new Map();
  }

  add(name, by) {
    const number = (this.numbers.get(name) ?? 0) + by;
    if (number) this.numbers.set(name, number);
    else this.numbers.delete(name);
  }
}

// Returns [from, to, text] for each caption, in seconds and as WebVTT has it. `signals` have: start, end,
// type, probability (in words), sureness (its name), why.
export function cuesOf(signals) {
  const changes = new Map(); // by time: the signals that end then, and those that begin
  const at = (time) => changes.get(time) ?? changes.set(time, { ending: [], beginning: [] }).get(time);
  for (const signal of signals) {
    at(signal.start).beginning.push(signal);
    at(Math.max(signal.end, signal.start + MIN_SHOWN_S)).ending.push(signal);
  }
  const times = [...changes.keys()].toSorted((a, b) => a - b);
  const [underWay, types, sureness] = [new Set(), new Counts(), new Counts()];
  const change = (signal, by) => {
    underWay[by > 0 ? "add" : "delete"](signal);
    types.add(signal.type, by);
    sureness.add(signal.sureness, by);
  };
  return times.slice(0, -1).flatMap((time, place) => {
    const { ending, beginning } = changes.get(time);
    for (const signal of ending) change(signal, -1);
    for (const signal of beginning) change(signal, 1);
    if (underWay.size === 0) return [];
    const lines = underWay.size > 2 ? crowdedLines(underWay, types, sureness) : [...underWay].map(line);
    const [first] = underWay;
    if (underWay.size === 1 && first.why) lines.push(shortened(first.why, MAX_LINE));
    // Where one follows at once: at its very time, where a jump leads, both would show.
    const until = Math.max(times[place + 1] - 0.001, time + 0.0005);
    return [[time, until, escaped(lines.join("\n"))]];
  });
}

function crowdedLines(underWay, types, sureness) {
  const names = [...types.numbers.keys()];
  const [first, ...others] = names.slice(0, MAX_NAMED).map((name) => shortened(name, MAX_TYPE));
  const more = names.length - MAX_NAMED;
  const named = [first, ...others.map((name) => name.slice(0, 1).toLowerCase() + name.slice(1))].join(", ");
  const counts = PROBABILITY_NAMES.filter((name) => sureness.numbers.has(name));
  const howSure = counts.map((name) => `${sureness.numbers.get(name)} ${name}`).join(", ");
  const number = underWay.size.toLocaleString("en-US");
  const lines = [more > 0 ? `${named} and ${more} more` : named, `${number} signals · probability: ${howSure}`];
  return lines.map((text) => shortened(text, MAX_LINE));
}

function line({ type, probability }) {
  return `${shortened(type, MAX_TYPE)} · ${probability}`;
}

function shortened(text, most) {
  const words = text.replace(/\s+/g, " ").trim();
  if (words.length <= most) return words;
  const start = words.slice(0, most - 1);
  const whole = start.slice(0, start.lastIndexOf(" ")); // no word is cut that another stands before
  return `${(whole || start).trimEnd()}…`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
