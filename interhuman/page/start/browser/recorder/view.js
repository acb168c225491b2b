// What is seen of the recorder: its parts, and which of them a phase shows.

import { button, make, say, setText } from "../../../browser/dom.js";
import { clock } from "../../../result/browser/clock.js";
import { Choices } from "./choices.js";
import { Loudness } from "./loudness.js";
import { SENDING, WAITING } from "./words.js";

const LIVE = ["opening", "ready", "counting", "recording"];
const SHOWN_IN = {
  modes: [...LIVE, "problem"],
  devices: [...LIVE, "problem"],
  live: LIVE,
  main: LIVE,
  measures: LIVE,
  advice: LIVE,
  problem: ["problem"],
  retry: ["problem"],
  title: ["review", "handing"],
  why: ["review", "handing"],
  playback: ["review", "handing"],
  choice: ["review"],
  wait: ["handing"],
};
const ADVICE = ["Face at least as tall as the outline, 35% of the picture", "Light from the front", "One person"];
const SOON_S = 10; // what is left is counted
const MAIN = { counting: "Cancel", recording: "Stop" };

export class View {
  // `acts` are called with what a person does.
  constructor(acts) {
    this.choices = new Choices(acts.mode, acts.device);
    this.loudness = new Loudness();
    this.parts = { modes: this.choices.modes, devices: this.choices.devices };
    this.#makeLive();
    this.#makeReview(acts);
    this.#makeBar(acts);
    const { modes, live, problem, playback, main, measures, retry, back, why, choice, wait } = this.parts;
    const close = button("Close", acts.close, { class: "plain" });
    this.spoken = make("p", { role: "status", class: "spoken" });
    this.root = make(
      "section",
      { class: "recorder", "aria-label": "Record yourself" },
      make("div", { class: "head" }, make("h2", { text: "Record yourself" }), close),
      modes,
      this.title,
      make("div", { class: "band" }, live, problem, playback),
      make("div", { class: "bar" }, main, retry, choice, wait, back, measures),
      why,
      this.parts.advice,
      this.parts.devices,
      this.hint,
      this.note,
      this.spoken,
    );
  }

  #makeLive() {
    this.picture = make("video", { class: "picture", autoplay: true, muted: true, playsinline: true });
    this.picture.muted = true; // the attribute alone does not count
    this.picture.setAttribute("aria-label", "Your camera");
    this.picture.addEventListener("resize", () => {
      const { videoWidth, videoHeight } = this.picture;
      if (videoHeight) this.parts.live.style.setProperty("--ratio", videoWidth / videoHeight);
    });
    this.outline = make("div", { class: "outline" });
    this.count = make("div", { class: "count", "aria-hidden": "true" });
    this.waiting = make("p", { class: "waiting" });
    const live = make("div", { class: "live" }, this.picture, this.loudness.canvas, this.outline, this.count);
    live.append(this.waiting);
    this.parts.live = live;
    this.parts.advice = make("ul", { class: "advice" }, ...ADVICE.map((text) => make("li", { text })));
    this.parts.problem = make("p", { class: "problem" });
    this.hint = make("p", { class: "hint" });
    this.note = make("p", { class: "note" });
  }

  #makeReview(acts) {
    this.player = make("video", { controls: true, playsinline: true, "aria-label": "Your recording" });
    this.title = make("p", { class: "title", tabindex: "-1" });
    this.why = make("p", { class: "why" });
    this.save = make("a", { class: "button", text: "Save the file" });
    this.analyze = button("Analyze", acts.analyze, { class: "primary" });
    this.again = button("Again", acts.again);
    this.parts.playback = make("div", { class: "playback" }, this.player);
    this.parts.title = this.title; // before the player and the choice, where the keyboard goes on
    this.parts.why = this.why;
    this.parts.choice = make("div", { class: "choice" }, this.analyze, this.again, this.save);
    this.save.addEventListener("click", acts.saved);
    this.sending = make("p");
    this.cancel = button("Cancel", acts.unsend);
    this.parts.wait = make("div", { class: "choice" }, this.sending, this.cancel);
  }

  #makeBar(acts) {
    this.parts.main = button("Record", acts.main, { class: "main primary" });
    this.parts.retry = button("Try again", acts.retry, { class: "primary" });
    this.parts.back = button("Back to your recording", acts.back, { class: "plain" });
    this.time = make("span", { class: "time" });
    this.limit = make("span", { class: "limit" });
    this.parts.measures = make("div", { class: "measures" }, this.time, this.limit, this.loudness.bar);
  }

  // Shows a phase; the rest of `state` is what the recorder knows.
  show(phase, { mode, take, hasSound, isMirrored, ...state }) {
    this.root.dataset.phase = phase;
    this.root.dataset.mode = mode;
    this.root.classList.toggle("mirrored", isMirrored);
    const focused = this.#focused;
    for (const [name, phases] of Object.entries(SHOWN_IN)) this.parts[name].hidden = !phases.includes(phase);
    if (this.parts.playback.hidden) this.player.pause(); // the next recording would hear it
    this.parts.back.hidden = !take || !["ready", "opening", "problem"].includes(phase);
    this.outline.hidden = mode === "sound" || !(phase === "ready" || phase === "counting");
    this.parts.advice.hidden ||= mode === "sound";
    this.picture.hidden = mode === "sound";
    this.loudness.canvas.hidden = mode !== "sound";
    this.loudness.bar.hidden = !hasSound;
    setText(this.parts.main, MAIN[phase] ?? "Record");
    this.parts.main.setAttribute("aria-disabled", String(["opening"].includes(phase)));
    this.#showWords(phase, state);
    this.choices.show({ mode, isFixed: phase === "counting" || phase === "recording", ...state });
    if (take) this.#showTake(take, state);
    this.#keepFocus(focused);
  }

  #showWords(phase, { count, problem, retry, waiting, limit, note, isBusy }) {
    setText(this.count, phase === "counting" ? String(count) : "");
    setText(this.parts.problem, problem ?? "");
    setText(this.parts.retry, retry);
    setText(this.waiting, phase === "opening" ? waiting : "");
    setText(this.limit, limit);
    setText(this.note, note);
    this.analyze.disabled = isBusy;
  }

  #showTake({ url, file, hasPicture }, { title, why, analyze }) {
    setText(this.title, title);
    setText(this.why, why);
    setText(this.analyze, analyze);
    this.parts.playback.classList.toggle("without-picture", !hasPicture);
    if (this.player.src === url) return;
    this.player.src = url;
    this.save.href = url;
    this.save.download = file.name;
  }

  // Lets go of what was played.
  forget() {
    this.player.removeAttribute("src");
    this.player.load();
  }

  // The part of the recorder that keys go to, or null.
  get #focused() {
    const { activeElement } = this.root.getRootNode();
    return this.root.contains(activeElement) ? activeElement : null;
  }

  // Moves the focus from what is no longer shown to what took its place, and to the page's own button where all is gone.
  #keepFocus(focused) {
    if (!focused || focused.checkVisibility()) return;
    // Not on Analyze: a key that is still held down would press it.
    const places = [this.parts.main, this.parts.retry, this.cancel, this.title, document.querySelector(this.opener)];
    places.find((place) => place?.checkVisibility())?.focus();
  }

  // Takes its place in a page, also another than before; a picture that is moved would stand still.
  attach(parent) {
    if (this.root.parentNode === parent) return;
    parent.append(this.root);
    if (this.picture.srcObject) this.picture.play();
  }

  reveal() {
    this.root.scrollIntoView({ block: "nearest" });
  }

  showTime(seconds, maxSeconds = Infinity) {
    setText(this.time, clock(seconds));
    const left = Math.ceil(maxSeconds - seconds);
    if (left > SOON_S) this.isSoon = false;
    else {
      if (!this.isSoon) this.tell(`${left} seconds left.`);
      this.isSoon = true;
      setText(this.limit, `${Math.max(left, 0)} s left`);
    }
  }

  // What is being sent can't be taken back.
  showHanding(isGiven) {
    const focused = this.#focused;
    const words = isGiven ? SENDING : WAITING;
    this.cancel.hidden = isGiven;
    setText(this.sending, words);
    this.#keepFocus(focused);
    this.tell(words);
  }

  showHint(text) {
    if (text && text !== this.hint.textContent) this.tell(text);
    setText(this.hint, text);
  }

  tell(text) {
    say(this.spoken, text);
  }
}
