// A Plotly figure whose x axis is the recording's time, with a playhead laid over it.
//
// The figures have margins of a fixed width, so a moment's place follows from the axis' range, which
// is part of Plotly's public figure (`layout.xaxis.range`), and from how wide the figure is.

import { Axis } from "./axis.js";
import { clamp, make } from "../../browser/dom.js";
import { plotly } from "./undocumented.js";

const TICK_PX = 76;

const isSameList = (one, other) => one?.length === other.length && other.every((each, place) => each === one[place]);

export class TimeChart {
  constructor(plot, geometry, axis = new Axis(geometry)) {
    this.plot = plot;
    this.gutterPx = geometry.gutterPx;
    this.endS = geometry.endS;
    this.axis = axis;
    this.overlay = make("div", { class: "ih-overlay", "aria-hidden": "true" });
    this.playhead = make("div", { class: "ih-playhead" });
    this.overlay.append(this.playhead);
    this.#resized = new ResizeObserver(() => this.measure());
    this.#resized.observe(plot);
    this.measure();
  }

  #resized;
  #leftPx = null;
  #seconds = 0;
  #isReleased = false;

  get attached() {
    return this.plot.isConnected && this.overlay.parentElement === this.plot;
  }

  get range() {
    const range = this.plot.layout?.xaxis?.range;
    return range && range[1] > range[0] ? [Number(range[0]), Number(range[1])] : this.extent;
  }

  // What can be seen, in seconds.
  get extent() {
    return this.axis.extent;
  }

  // Plotly empties its element when it draws a figure for the first time, so this may be called again.
  measure() {
    if (this.#isReleased) return; // a drawing that was asked for before has ended
    if (this.overlay.parentElement !== this.plot) {
      this.plot.style.position = "relative";
      this.plot.append(this.overlay);
    }
    this.widthPx = Math.max(this.plot.clientWidth - this.gutterPx[0] - this.gutterPx[1], 1);
    this.#leftPx = null;
    this.movePlayhead(this.#seconds);
    this.relabel();
  }

  // Labels as many times as there is room for; Plotly has a short way where nothing else changes.
  relabel() {
    // In a tab that isn't shown there is no room to tell.
    const changes = this.plot.layout && this.plot.clientWidth ? this.tickChanges(this.range) : {};
    if (Object.keys(changes).length) plotly()?.relayout(this.plot, changes);
  }

  // Returns what is to be changed of the labels for a visible part, in seconds.
  tickChanges([from, to]) {
    const { tickvals, ticktext } = this.plot.layout.xaxis ?? {};
    const { times, labels } = this.axis.ticks([from, to], ((to - from) * TICK_PX) / this.widthPx);
    const isLabeled = isSameList(tickvals, times) && isSameList(ticktext, labels);
    return isLabeled ? {} : { "xaxis.tickvals": times, "xaxis.ticktext": labels };
  }

  xOf(seconds, [from, to] = this.range) {
    return this.gutterPx[0] + ((seconds - from) / (to - from)) * this.widthPx;
  }

  secondsAt(clientX, [from, to] = this.range) {
    const x = clientX - this.plot.getBoundingClientRect().left - this.gutterPx[0];
    return clamp(from + (x / this.widthPx) * (to - from), ...this.extent);
  }

  movePlayhead(seconds) {
    this.#seconds = seconds;
    const [from, to] = this.range;
    // In whole device pixels: nothing is drawn anew until the line is somewhere else.
    const ratio = window.devicePixelRatio || 1;
    const leftPx = seconds < from || seconds > to ? -1 : Math.round(this.xOf(seconds, [from, to]) * ratio) / ratio;
    if (leftPx === this.#leftPx) return;
    this.#leftPx = leftPx;
    this.playhead.hidden = leftPx < 0;
    this.playhead.style.transform = `translateX(${leftPx}px)`;
  }

  release() {
    this.#isReleased = true;
    this.#resized.disconnect();
    this.overlay.remove();
  }
}
