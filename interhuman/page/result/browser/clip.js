// Saving a clip of what is at the playhead: the button, how far it is, and the file.

import { clock } from "./clock.js";
import { button, make, setText } from "../../browser/dom.js";
import { servedAt } from "./undocumented.js";

const LOOK_EVERY_MS = 400;

export class ClipSaver {
  // `view` has: say(text), takeFocus().
  constructor(view) {
    this.#view = view;
    this.button = button("Save clip", ({ detail }) => this.#press(detail), { class: "ih-link", hidden: true });
    this.#words = make("span", {});
    this.#file = make("a", {});
    this.#end = button("Cancel", ({ detail }) => this.#drop(detail), { class: "ih-link" });
    this.root = make("p", { class: "ih-clip", hidden: true }, this.#words, this.#file, this.#end);
    this.offer(null);
  }

  #view;
  #words;
  #file;
  #end;
  #ask = null; // takes what is asked for to the server
  #clip = null;
  #of = null; // the signal or note that would be saved
  #awaited = Infinity; // the number from which on a clip is one that was asked for here
  #looking = 0;

  // What the server says; `ask` has save(span), look() and drop().
  take({ isOffered, aroundS, clip }, ask) {
    this.#ask = ask;
    this.#around = aroundS;
    this.button.hidden = !isOffered;
    const before = this.#clip;
    this.#clip = clip;
    this.offer(this.#of);
    this.#show();
    clearInterval(this.#looking);
    if (clip?.state === "cutting") this.#looking = setInterval(() => ask.look(), LOOK_EVERY_MS);
    if (!clip || (clip.number === before?.number && clip.state === before.state)) return;
    if (clip.state === "failed") this.#view.say(clip.words);
    if (clip.state === "ready") this.#view.say(`Clip ready: ${clip.name}`);
    if (clip.state === "ready" && clip.number >= this.#awaited) this.#file.click();
    if (clip.state !== "cutting") this.#awaited = Infinity;
  }

  #around = 0;

  // Has `of`, a signal or a note, saved with the next press; null for nothing.
  offer(of) {
    this.#of = of;
    const isBusy = this.#clip?.state === "cutting";
    this.button.setAttribute("aria-disabled", String(!of || isBusy));
    const from = of && clock(Math.max(0, of.start - this.#around));
    this.button.title = isBusy
      ? "A clip is being saved"
      : of
        ? `Save this clip, from ${from}, as a file (S)`
        : "No signal or note here to save a clip of";
  }

  save() {
    if (this.button.hidden) return;
    if (this.button.getAttribute("aria-disabled") === "true") return this.#view.say(this.button.title);
    this.#awaited = (this.#clip?.number ?? 0) + 1;
    this.#ask.save({ start: this.#of.start, end: this.#of.end ?? this.#of.start });
    this.#view.say("Saving the clip");
  }

  release() {
    clearInterval(this.#looking);
  }

  #press(detail) {
    this.save();
    if (detail > 0) this.#view.takeFocus();
  }

  #drop(detail) {
    this.#awaited = Infinity;
    this.#ask.drop();
    if (detail > 0) this.#view.takeFocus();
    else this.button.focus({ preventScroll: true });
  }

  #show() {
    const { state, words, name, address } = this.#clip ?? {};
    this.root.hidden = !state;
    setText(this.#words, state === "ready" ? "Clip ready:" : (words ?? ""));
    setText(this.#end, state === "cutting" ? "Cancel" : "Close");
    this.#file.hidden = state !== "ready";
    if (state !== "ready") return;
    setText(this.#file, name);
    this.#file.title = name;
    this.#file.href = servedAt(address);
    this.#file.download = name;
  }
}
