// The now-card: what holds at the playhead, and the buttons that move it.

import { clock } from "./clock.js";
import { button, make, setText } from "../../browser/dom.js";
import { mark } from "./list.js";

const COPIED_MS = 2000;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

// A link to one's own machine leads nobody else anywhere.
const isLoopback = (host) => host === "localhost" || host === "[::1]" || host.startsWith("127.");

export class NowCard {
  // `view` has: choose(signal), step(direction), toggleLoop(), toggleCaptions(), setSpeed(rate), toggle(), showKeys(),
  // takeFocus().
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
    const top = make("div", { class: "ih-top" }, this.when, this.copy);
    const parts = [previous, this.play, next, this.loop, this.captions, this.speed, keys];
    const controls = make("div", { class: "ih-controls" }, ...parts);
    const card = make("div", { class: "ih-card" }, top, this.title, this.why, this.others, this.state, controls);
    // Its ground is the theme's and changes within a millisecond, of which the browser tells.
    card.addEventListener("transitionend", (event) => event.target === card && themeChanged());
    // After a press with the pointer the keys mean what they say, Space above all.
    controls.addEventListener("click", ({ detail, target }) => {
      if (detail > 0 && target.closest("button") !== keys) view.takeFocus();
    });
    root.replaceChildren(card);
  }

  #shown = undefined;

  setTime(seconds) {
    setText(this.when, `Now, ${clock(seconds)}`);
  }

  // `id` is the result's in the library, null where it is not there: then no link leads to it.
  setLink(id) {
    this.linked = id;
    this.copy.hidden = id === null;
  }

  async #copyLink() {
    const at = new URL(location.origin + location.pathname);
    at.search = new URLSearchParams({ result: this.linked, t: this.view.time.toFixed(1) });
    try {
      await navigator.clipboard.writeText(at.href);
      setText(this.copy, isLoopback(location.hostname) ? "Copied (this computer only)" : "Copied");
    } catch {
      // The browser allows it on https and on this machine alone, and asks some people first.
      window.prompt("Copy this link:", at.href);
    }
    setTimeout(() => setText(this.copy, "Copy link"), COPIED_MS);
  }

  // `state` is what engagement and quality are at this moment, in words.
  show(signal, others, state) {
    const shown = JSON.stringify([signal?.id, others.map(({ id }) => id), state]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (signal) {
      const facts = make("span", { class: "ih-muted", text: `${signal.span} · ${signal.probability}` });
      this.title.replaceChildren(mark(signal), make("strong", { text: signal.type }), facts);
    } else {
      this.title.replaceChildren(make("strong", { text: "No signal here" }));
    }
    setText(this.why, signal ? signal.why || "No reason given." : "");
    setText(this.state, state);
    this.why.scrollTop = 0;
    this.others.replaceChildren(...others.map((other) => this.#chip(other)));
    this.loop.disabled = !signal;
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
