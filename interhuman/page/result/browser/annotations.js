// One's own words: notes at a time, and whether one agrees with a signal. They are seen at once; the server keeps
// them, and says up to which number it has taken them in (`library/added.py`).

const HOLDS_S = 4; // how long a note on a moment is shown after it

export class Annotations {
  notes = []; // in the order of time: id, start, end, text, words (as signals have them), isNote
  says = new Map(); // "agree" or "disagree" by the id of a signal
  problem = null; // why they are not kept, in words
  isKept = true; // whether they outlive the visit
  draft = null; // a note that is being written: id, start, end, text

  // `changed` is called whenever any of these are others.
  changed = () => {};

  #taken = [];
  #changes = []; // those that the server has not taken in
  #number = 0;
  #tell = null;
  #facts = "";

  // `tell` takes changes to the server.
  connect(tell) {
    this.#tell = tell;
  }

  // Takes in what the server has.
  take({ items, done, problem, isKept }) {
    this.#number = Math.max(this.#number, done);
    this.#changes = this.#changes.filter(({ number }) => number > done);
    this.#taken = items;
    Object.assign(this, { problem, isKept });
    this.#put();
  }

  // Asks the server for what another tab has changed.
  refresh() {
    this.#tell?.([...this.#changes, { asked: performance.now() }]);
  }

  write({ id = randomId(), start, end, text }) {
    this.#change({ note: { id, start, end, text } });
  }

  remove(id) {
    this.#change({ remove: id });
  }

  judge(signal, says) {
    this.#change({ signal, says });
  }

  // Returns those that hold at `time`, the latest first.
  at(time) {
    return this.notes.filter(({ start, end }) => start <= time + 0.05 && time < untilOf({ start, end })).toReversed();
  }

  // Returns the times at which `at` changes.
  get edges() {
    return this.notes.flatMap((note) => [note.start - 0.05, untilOf(note)]);
  }

  #change(change) {
    this.#number += 1;
    this.#changes.push({ number: this.#number, ...change });
    this.#put();
    // All of them: what was told before may not have been heard.
    this.#tell?.([...this.#changes]);
  }

  #put() {
    const notes = new Map();
    const says = new Map();
    for (const one of [...this.#taken, ...this.#changes]) {
      if (one.note) notes.set(one.note.id, one.note);
      else if (one.remove) notes.delete(one.remove);
      else if (one.says) says.set(one.signal, one.says);
      else says.delete(one.signal);
    }
    const known = new Map(this.notes.map((note) => [note.id, note]));
    this.notes = [...notes.values()]
      .toSorted((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1))
      .map((note) => sameNote(known.get(note.id), note) ?? withWords(note));
    this.says = says;
    const facts = JSON.stringify([this.notes, [...says], this.problem]);
    if (facts === this.#facts) return;
    this.#facts = facts;
    this.changed();
  }
}

// What is the same stays the same object, and is not drawn anew.
function sameNote(known, { start, end, text }) {
  return known && known.start === start && known.end === end && known.text === text ? known : null;
}

function withWords(note) {
  return { isNote: true, words: [note.text.toLowerCase()], ...note };
}

function untilOf({ start, end }) {
  return Math.max(end, start + HOLDS_S);
}

// Not `randomUUID`, which a page that came over plain http does not have.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
