// The now-card: what holds at the playhead, and the buttons that move it.

import { clock } from "./clock.js";
import { button, make, say, setText } from "../../browser/dom.js";
import { headOf, mark, noSignalAt, noteMark } from "./glyphs.js";
import { NoteEditor, whenOf } from "./notes.js";

const COPIED_MS = 2000;
const JUDGES = {
  agree: { sign: "✓", name: "Agree", title: "I agree with this signal (A)" },
  disagree: { sign: "✕", name: "Disagree", title: "I disagree with this signal (D)" },
};
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

// A link to one's own machine leads nobody else anywhere.
const isLoopback = (host) => host === "localhost" || host === "[::1]" || host.startsWith("127.");

export class NowCard {
  // `view` has: annotations, clips, link, choose(signal), judge(says), startNote(), say(text), step(direction),
  // toggleLoop(), toggleCaptions(), setSpeed(rate), toggle(), showKeys(), takeFocus().
  // `themeChanged` is called when the page is in other colors.
  constructor(root, view, themeChanged) {
    this.view = view;
    this.when = make("span", { class: "ih-muted" });
    this.title = make("div", { class: "ih-head" });
    this.why = make("p", { class: "ih-why", tabindex: "0" });
    this.state = make("p", { class: "ih-state ih-muted" });
    this.others = make("div", { class: "ih-chips" });
    this.play = button("Play", () => view.toggle(), { title: "Play or pause (Space)", class: "ih-play" });
    this.loop = button("↻", () => view.toggleLoop(), {
      title: "Loop this signal (R)",
      "aria-label": "Loop",
      "aria-pressed": "false",
    });
    this.captions = button("CC", () => view.toggleCaptions(), {
      title: "Captions: signals on the video (C)",
      "aria-label": "Captions",
      "aria-pressed": "false",
      hidden: true,
    });
    this.speed = make("select", { "aria-label": "Speed", title: "Speed" });
    this.speed.append(...SPEEDS.map((rate) => make("option", { value: rate, text: `${rate}×` })));
    this.speed.addEventListener("change", () => view.setSpeed(Number(this.speed.value)));
    const previous = button("‹", () => view.step(-1), {
      title: "Previous signal ([)",
      "aria-label": "Previous signal",
    });
    const next = button("›", () => view.step(1), { title: "Next signal (])", "aria-label": "Next signal" });
    const keys = button("?", () => view.showKeys(), {
      title: "Keyboard shortcuts (?)",
      "aria-label": "Keyboard shortcuts",
    });
    this.copy = button("Copy link", () => this.#copyLink(), {
      class: "ih-link",
      title: "Copy a link to this moment",
      hidden: true,
    });
    const add = button("Add note", () => view.startNote(), { class: "ih-link", title: "Add a note here (M)" });
    const top = make("div", { class: "ih-top" }, this.when, add, view.clips.button, this.copy);
    this.judges = Object.entries(JUDGES).map(([says, { sign, name, title }]) => {
      const attributes = { class: "ih-judge", "aria-label": name, title, "aria-pressed": "false", "data-says": says };
      return button(sign, () => view.judge(says), attributes);
    });
    this.judging = make("div", { class: "ih-judging", role: "group", "aria-label": "Your view" }, ...this.judges);
    const head = make("div", { class: "ih-title" }, this.title, this.judging);
    this.note = make("div", { class: "ih-note", hidden: true });
    this.editor = new NoteEditor(view);
    this.problem = make("p", { class: "ih-problem", role: "alert", hidden: true });
    this.said = make("span", { class: "ih-unseen", role: "status" });
    const parts = [previous, this.play, next, this.loop, this.captions, this.speed, keys];
    const controls = make("div", { class: "ih-controls" }, ...parts);
    const words = [head, this.why, this.note, this.others, this.problem, this.state];
    const card = make(
      "div",
      { class: "ih-card" },
      top,
      view.clips.root,
      this.editor.root,
      ...words,
      controls,
      this.said,
    );
    // Its ground is the theme's and changes within a millisecond, of which the browser tells.
    card.addEventListener("transitionend", (event) => event.target === card && themeChanged());
    // After a press with the pointer the keys mean what they say, Space above all.
    controls.addEventListener("click", ({ detail, target }) => {
      if (detail > 0 && target.closest("button") !== keys) view.takeFocus();
    });
    this.judging.addEventListener("click", ({ detail }) => detail > 0 && view.takeFocus());
    root.replaceChildren(card);
    this.showProblem(view.annotations.problem);
  }

  #shown = undefined;
  #shownNote = undefined;

  setTime(seconds) {
    setText(this.when, `Now, ${clock(seconds)}`);
    this.editor.setTime(seconds);
  }

  // `id` of the note and its text decide; `others` are notes that hold, too.
  showNote(note, others) {
    const shown = JSON.stringify([note, others]);
    if (shown === this.#shownNote) return;
    this.#shownNote = shown;
    this.#keepFocus(this.note, () => this.#fillNote(note, others));
  }

  #fillNote(note, others) {
    this.note.hidden = !note;
    if (!note) return;
    const { annotations } = this.view;
    const edit = button("Edit", () => this.editor.open(note), { class: "ih-link" });
    const remove = () => {
      annotations.remove(note.id);
      this.view.takeFocus();
      this.view.say(`Note at ${whenOf(note)} deleted`);
    };
    const more = others.map((other) => {
      const words = `Note at ${whenOf(other)}: ${other.text}`;
      return button("✎", () => this.view.chooseNote(other), { class: "ih-link", title: words, "aria-label": words });
    });
    const when = make("span", { class: "ih-muted", text: whenOf(note) });
    const acts = [edit, button("Delete", remove, { class: "ih-link" }), ...more].flatMap((act) => [" ", act]);
    this.note.replaceChildren(make("p", {}, noteMark(), " ", when, ` ${note.text}`, ...acts));
  }

  // What the person says of the signal that is shown: "agree", "disagree" or undefined.
  showJudgment(says) {
    for (const judge of this.judges) judge.setAttribute("aria-pressed", String(judge.dataset.says === says));
  }

  showProblem(problem) {
    this.problem.hidden = !problem;
    setText(this.problem, problem ?? "");
  }

  say(text) {
    say(this.said, text);
  }

  // What a change takes away may have the focus, which goes to where the keys are heard.
  #keepFocus(part, change) {
    const had = document.activeElement;
    if (!part.contains(had)) return change();
    change();
    if (!had.isConnected || had.disabled || !had.checkVisibility()) this.view.takeFocus();
  }

  // `id` is the result's in the library, null where it is not there: then no link leads to it.
  setLink(id) {
    this.copy.hidden = id === null;
  }

  async #copyLink() {
    const { link } = this.view;
    try {
      await navigator.clipboard.writeText(link);
      const isLocal = isLoopback(location.hostname);
      const copied = isLocal ? "Copied (this computer only)" : "Copied";
      setText(this.copy, copied);
      this.say(copied);
      this.copy.classList.toggle("ih-alone", isLocal);
    } catch {
      // The browser allows it on https and on this machine alone, and asks some people first.
      window.prompt("Copy this link:", link);
    }
    setTimeout(() => {
      setText(this.copy, "Copy link");
      this.copy.classList.remove("ih-alone");
    }, COPIED_MS);
  }

  // `state` is what engagement and quality are at this moment, in words.
  show(signal, others, state) {
    const shown = JSON.stringify([signal?.id, others.map(({ id }) => id), state]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.title.replaceChildren(...(signal ? headOf(signal) : [make("strong", { text: noSignalAt(state) })]));
    setText(this.why, signal ? signal.why || "No reason given." : "");
    setText(this.state, state);
    this.why.scrollTop = 0;
    this.#keepFocus(this.others, () => this.others.replaceChildren(...others.map((other) => this.#chip(other))));
    this.#keepFocus(this.loop, () => (this.loop.disabled = !signal));
    this.#keepFocus(this.judging, () => (this.judging.hidden = !signal));
  }

  setPlaying(playing) {
    setText(this.play, playing ? "Pause" : "Play");
  }

  setLooping(looping) {
    this.loop.setAttribute("aria-pressed", String(looping));
  }

  // `shown` is null where there is nothing to show captions on.
  setCaptions(shown) {
    this.captions.hidden = shown === null;
    this.captions.setAttribute("aria-pressed", String(Boolean(shown)));
  }

  setSpeed(rate) {
    if (Number(this.speed.value) !== rate) this.speed.value = String(rate);
  }

  #chip(signal) {
    const chip = button("", () => this.view.choose(signal), {
      class: "ih-chip",
      title: `${signal.span} · ${signal.probability}`,
    });
    chip.append(mark(signal), signal.type);
    return chip;
  }
}
