// The tracks: what a pointer does on them, the visible window, and the strip to choose it with.

import { clock } from "./clock.js";
import { button, clamp, make, setText } from "../../browser/dom.js";
import { SignalFilter } from "./filter.js";
import { INDEX, drawnMarks, joinedSpans, levelFor } from "./marks.js";
import { SLOP_PX } from "./press.js";
import { TimeChart } from "./timechart.js";
import { plotly } from "./undocumented.js";
import { MIN_WINDOW_S, firstWindow, pinchedWindow, possibleWindow, zoomedWindow } from "./window.js";
import { follows, windowWith } from "./window.js";

const NEAR_PX = 4; // how far beside a mark a click still means it
const HANDLE_PX = 12;
const SEEK_EVERY_MS = 100;
const WHEEL_ZOOM = 0.0022;
const KEY_ZOOM = 1.6;
const OVERVIEW_LINES = { toward: 0.5, unsure: 1.5, away: 2.5 };
const SCORE_WORDS_PX = 13;

// What the marks of a figure were last drawn for, by its data, which is another where Streamlit drew anew.
const drawn = new WeakMap();

const named = (words, name) => (name ? `${words}, ${name}` : words);

const isSame = ([from, to], [first, last]) => Math.abs(from - first) + Math.abs(to - last) < 1e-6;

// The buttons that zoom; `zoom(direction)` and `fit()` are called for them.
export function zoomBar({ zoom, fit }) {
  const zoomButton = (text, name, press) => button(text, press, { "aria-label": name, title: name });
  return make(
    "div",
    { class: "ih-zoom", role: "group", "aria-label": "Zoom" },
    zoomButton("−", "Zoom out (−)", () => zoom(-1)),
    zoomButton("+", "Zoom in (+)", () => zoom(1)),
    zoomButton("Fit", "Fit: show the whole recording", fit),
  );
}

function drawnFor(level, filter, score) {
  return JSON.stringify([level, filter.facts, score]);
}

export class Tracks extends TimeChart {
  // `view` has: signals, filter, isShown(id), seek(seconds), choose(id), point(id or null), time, windowChanged(window),
  // tracksMeasured(); where it shows several tracks, also `name`, said of each, and it zooms them itself.
  constructor(plot, geometry, view, axis) {
    super(plot, geometry, axis);
    this.view = view;
    this.geometry = geometry;
    this.span = make("div", { class: "ih-span" });
    this.pointed = make("div", { class: "ih-span ih-pointed" });
    this.strip = make("div", {
      class: "ih-strip",
      role: "slider",
      tabindex: "0",
      "aria-label": named("Visible part of the recording", view.name),
    });
    this.strip.append(make("div", { class: "ih-handle" }), make("div", { class: "ih-handle" }));
    this.extremes = make("div");
    this.beyond = ["ih-before", "ih-after"].map((name) => make("div", { class: `ih-beyond ${name}`, hidden: true }));
    this.overlay.prepend(...this.beyond);
    this.overlay.append(this.pointed, this.span, this.extremes);
    // Not the plot itself, which holds the strip: a slider may hold nothing else to be focused.
    this.slider = make("div", {
      class: "ih-seek",
      role: "slider",
      tabindex: "0",
      "aria-label": named("Playhead", view.name),
      "aria-valuemin": 0,
      "aria-valuemax": Math.round(this.endS),
    });
    this.stripPlayhead = make("div", { class: "ih-strip-playhead", "aria-hidden": "true" });
    this.zoomBar = zoomBar({ zoom: (direction) => this.zoomByKey(direction), fit: () => this.fit() });
    this.zoomBar.hidden = Boolean(view.name);
    // Where the playhead is while it is outside of what is visible; a press brings it back.
    this.away = button("", () => this.show(this.view.time), { class: "ih-recall", hidden: true });
    this.#append();
    this.plot.classList.add("ih-tracks");
    this.#listen();
    this.window = firstWindow(this.extent, this.widthPx);
    this.place(geometry);
  }

  #stop = new AbortController();
  #isChanged = false; // whether the marks were ever drawn otherwise than the server drew them
  #busy = false;
  #stale = false;
  #gesture = null;
  #lastSeekMs = 0;
  #spanned = null;
  #pointedAt = null;
  #scoreLabel = "";
  #score = null; // the name of the chosen one, null for the one that the server drew

  #append() {
    this.plot.append(this.slider, this.strip, this.stripPlayhead, this.zoomBar, this.away);
  }

  get canZoom() {
    return plotly() !== undefined;
  }

  get isZoomed() {
    const [first, last] = this.extent;
    return this.window[1] - this.window[0] < last - first - 1e-6;
  }

  // Takes in where things are; the server says so anew when it has drawn the figure anew.
  place(geometry) {
    this.geometry = geometry;
    const [top, bottom] = geometry.tracksPx;
    for (const { style } of [this.overlay, this.slider])
      Object.assign(style, { top: `${top}px`, height: `${bottom - top}px` });
    const [stripTop, stripBottom] = geometry.overviewPx;
    const inStrip = { top: `${stripTop}px`, height: `${stripBottom - stripTop}px` };
    Object.assign(this.strip.style, inStrip);
    Object.assign(this.stripPlayhead.style, inStrip);
    this.zoomBar.style.top = `${bottom + 3}px`;
    this.away.style.top = `${bottom - 24}px`;
    this.#apply();
    this.#drawWindow();
  }

  measure() {
    super.measure();
    if (!this.strip || this.#stop.signal.aborted) return;
    if (this.strip.parentElement !== this.plot) this.#append();
    this.#drawWindow();
    this.view.tracksMeasured();
  }

  movePlayhead(seconds) {
    super.movePlayhead(seconds);
    if (!this.strip) return;
    this.stripPlayhead.style.transform = `translateX(${Math.round(this.xOf(seconds, this.extent))}px)`;
    const [from, to] = this.range;
    const isBefore = seconds < from;
    this.away.hidden = !isBefore && seconds <= to;
    if (this.away.hidden) return;
    const label = this.axis.label(seconds);
    setText(this.away, isBefore ? `‹ ${label}` : `${label} ›`);
    this.away.title = "Go to the playhead";
    const edge = `${this.gutterPx[isBefore ? 0 : 1]}px`;
    Object.assign(this.away.style, isBefore ? { left: edge, right: "" } : { left: "", right: edge });
  }

  sayTime(seconds, words = clock(seconds)) {
    this.slider.setAttribute("aria-valuenow", Math.floor(clamp(seconds, 0, this.endS)));
    this.slider.setAttribute("aria-valuetext", words);
  }

  // ---- the visible window ---------------------------------------------------------------------

  showWindow(wanted) {
    this.takeWindow(possibleWindow(wanted, this.extent));
    this.view.windowChanged(this.window);
  }

  // Shows what another view of the same time shows, on `axis` if that is another now.
  takeWindow(window, axis = this.axis) {
    this.window = window;
    this.axis = axis;
    this.#apply();
    this.#drawWindow();
  }

  zoom(factor, aroundS) {
    this.showWindow(zoomedWindow(this.window, factor, aroundS, this.extent));
  }

  fit() {
    this.showWindow(this.extent);
  }

  // Around the playhead if it is visible, else around the middle.
  zoomByKey(direction) {
    const [from, to] = this.window;
    const { time } = this.view;
    this.zoom(KEY_ZOOM ** direction, time >= from && time <= to ? time : (from + to) / 2);
  }

  pan(seconds) {
    this.showWindow([this.window[0] + seconds, this.window[1] + seconds]);
  }

  // Turns the page when the playhead leaves it; `from` is where it was.
  follow(time, from) {
    if (follows(this.window, from, time, this.extent)) this.show(time);
  }

  show(time) {
    const shown = windowWith(this.window, time, this.extent);
    if (shown[0] !== this.window[0]) this.showWindow(shown);
  }

  // Shows the signals that the filter leaves.
  refilter() {
    this.#apply();
  }

  // Shows another score in the place of the one that is there, with its lowest and highest window.
  // Of one that was not given over time, the row stays empty.
  showScore(name, label) {
    const [first] = Object.keys(this.geometry.scores);
    this.#score = name === first || first === undefined ? null : name;
    this.#scoreLabel = label;
    this.#drawExtremes();
    this.#apply();
  }

  // Draws the figure's window: one drawing at a time, and the last wish wins.
  async #apply() {
    if (!this.canZoom) return;
    this.#stale = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#stale && this.plot.isConnected && !this.#stop.signal.aborted) {
        this.#stale = false;
        await new Promise(requestAnimationFrame);
        await this.#redraw();
      }
    } finally {
      // Also where Plotly refused to draw one: the next wish is drawn again.
      this.#busy = false;
    }
  }

  async #redraw() {
    const { layout, data } = this.plot;
    if (!layout || !data || this.#stop.signal.aborted) return;
    const [ranges, ticks] = this.#axisChanges(layout);
    const wanted = this.#marksWanted();
    if (wanted !== null) {
      drawn.set(data, wanted);
      this.#isChanged = true;
      const { traces, ...marks } = this.#marks();
      await plotly().update(this.plot, marks, { ...ranges, ...ticks, ...this.#scoreName() }, traces);
    } else {
      // One after the other: Plotly has a short way for either, and a long one for both.
      for (const changes of [ranges, ticks])
        if (Object.keys(changes).length) await plotly().relayout(this.plot, changes);
    }
    this.measure();
  }

  // Returns what is to be changed of the figure's axes: their ranges, and the labels of time.
  #axisChanges({ xaxis2 }) {
    return [
      {
        ...(isSame(this.range, this.window) ? {} : { "xaxis.range": this.window }),
        ...(!xaxis2 || isSame(xaxis2.range, this.extent) ? {} : { "xaxis2.range": this.extent }),
      },
      this.tickChanges(this.window),
    ];
  }

  // With all else that is drawn anew, see `#apply`.
  relabel() {}

  // Says that the figure was drawn anew, perhaps by the server, which knows no window, or in another width.
  redrawn() {
    this.measure();
    const changes = this.plot.layout ? this.#axisChanges(this.plot.layout) : [];
    if (this.#marksWanted() !== null || changes.some((each) => Object.keys(each).length)) this.#apply();
  }

  // Returns what the marks are to be drawn for, null where they are.
  #marksWanted() {
    if (!this.view.filter) return null;
    const [from, to] = this.window;
    const wanted = drawnFor(levelFor(this.geometry.levels, to - from), this.view.filter, this.#score);
    const present = drawn.get(this.plot.data) ?? (this.#isChanged ? "" : drawnFor(0, new SignalFilter(), null));
    return wanted === present ? null : wanted;
  }

  // Returns the figure's traces that show signals, and Plotly's properties of each: first the marks on
  // the tracks, and at last the overview.
  #marks() {
    const [from, to] = this.window;
    const { always, levels, overview } = this.geometry;
    const marks = drawnMarks({ always, levels }, levelFor(levels, to - from), (id) => this.view.isShown(id));
    const spans = Object.entries(overview.families).flatMap(([family, color]) => {
      const shown = this.view.signals.filter((signal) => signal.family === family && this.view.isShown(signal.id));
      return joinedSpans(shown, overview.joinedS).map(([start, end]) => ({
        start,
        end,
        color,
        y: OVERVIEW_LINES[family],
      }));
    });
    const scores = this.#scorePoints();
    const count = marks.length + scores.length;
    // A list for each property, with an element for each trace: undefined leaves it as it is.
    const onlyLast = (values) => [...Array(count), values];
    const ofScores = (key) => [...Array(marks.length), ...scores.map((points) => points?.[key])];
    return {
      traces: [...marks.keys(), ...scores.map((_, place) => this.geometry.scoresAt + place), this.plot.data.length - 1],
      visible: [...marks.map(({ visible }) => visible), ...scores.map((points) => points !== null), true],
      x: [...ofScores("x"), spans.map(({ start, end }) => end - start)],
      y: [...marks.map(({ y }) => y), ...scores.map((points) => points?.y), spans.map(({ y }) => y)],
      width: [...ofScores("width"), undefined],
      hovertext: [...ofScores("hovertext"), undefined],
      base: onlyLast(spans.map(({ start }) => start)),
      "marker.color": onlyLast(spans.map(({ color }) => color)),
    };
  }

  get #shownScore() {
    return this.#score ?? Object.keys(this.geometry.scores)[0];
  }

  // Returns for each of the figure's traces of scores what it shows of the chosen one, null for nothing.
  #scorePoints() {
    const { scores } = this.geometry;
    const [any] = Object.values(scores);
    return scores[this.#shownScore]?.points ?? any?.points.map(() => null) ?? [];
  }

  #scoreName() {
    const label = this.geometry.scores[this.#shownScore]?.label ?? this.#scoreLabel;
    return this.geometry.scorePx ? { [`annotations[${this.geometry.scoreNameAt}].text`]: label } : {};
  }

  // Says where a chosen dimension is lowest and highest: below and above its steps.
  #drawExtremes() {
    const name = this.#shownScore;
    const extremes = name === INDEX ? [] : (this.geometry.scores[name]?.extremes ?? []);
    const [top, bottom] = (this.geometry.scorePx ?? [0, 0]).map((px) => px - this.geometry.tracksPx[0]);
    const [from, to] = this.range;
    this.extremes.replaceChildren(
      ...extremes.flatMap(({ start_s: start, end_s: end, value, words }, place) => {
        const at = Math.max(start, from);
        if (end < from || at > to) return [];
        const y = bottom - (value / 100) * (bottom - top);
        const isLeft = this.xOf(at) < this.gutterPx[0] + this.widthPx / 2;
        const beside = isLeft
          ? `left: ${this.xOf(at)}px`
          : `right: ${this.plot.clientWidth - this.xOf(Math.min(end, to))}px`;
        const above = clamp(place === 1 ? y - SCORE_WORDS_PX - 1 : y + 2, top, bottom - SCORE_WORDS_PX);
        return [make("span", { class: "ih-extreme", text: words, style: `top: ${above}px; ${beside}` })];
      }),
    );
  }

  #drawWindow() {
    const [from, to] = this.window;
    const [first, last] = this.extent;
    const left = this.xOf(from, this.extent);
    const width = Math.max(this.xOf(to, this.extent) - left, 6);
    Object.assign(this.strip.style, { left: `${left}px`, width: `${width}px` });
    this.strip.classList.toggle("ih-whole", !this.isZoomed);
    for (const [name, value] of [
      ["valuemin", Math.round(first)],
      ["valuemax", Math.round(last)],
      ["valuenow", Math.round(from)],
    ]) {
      this.strip.setAttribute(`aria-${name}`, value);
    }
    const visible = `${this.axis.label(from)} to ${this.axis.label(to)}`;
    this.strip.setAttribute("aria-valuetext", this.isZoomed ? visible : "the whole recording");
    this.#drawBeyond();
    this.#drawSpan(this.span, this.#spanned);
    this.#drawSpan(this.pointed, this.#pointedAt);
    this.#drawExtremes();
  }

  // On an axis that is shared there may be time before and after the recording, in which nothing is drawn, not
  // even guides.
  #drawBeyond() {
    const { lengthS = this.endS } = this.geometry;
    const [from, to] = this.range;
    const [before, after] = this.beyond;
    const [first, last] = this.extent;
    before.hidden = first > -1e-6 || from >= 0;
    after.hidden = last < lengthS + 1e-6 || to <= lengthS;
    const [left, right] = [this.gutterPx[0], this.gutterPx[0] + this.widthPx];
    const place = (element, x, end) =>
      Object.assign(element.style, { left: `${x}px`, width: `${Math.max(end - x, 0)}px` });
    place(before, left, this.xOf(Math.min(to, 0)));
    place(after, this.xOf(Math.max(from, lengthS)), right);
  }

  // ---- spans that are marked in all tracks ----------------------------------------------------

  mark(signal) {
    this.#spanned = signal;
    this.#drawSpan(this.span, signal);
  }

  markPointed(signal) {
    this.#pointedAt = signal;
    this.#drawSpan(this.pointed, signal);
  }

  #drawSpan(element, signal) {
    const [from, to] = this.range;
    element.hidden = !signal || signal.end < from || signal.start > to;
    if (element.hidden) return;
    const left = this.xOf(Math.max(signal.start, from));
    const width = Math.max(this.xOf(Math.min(signal.end, to)) - left, 2);
    Object.assign(element.style, { transform: `translateX(${left}px)`, width: `${width}px` });
  }

  // ---- pointer and wheel ----------------------------------------------------------------------

  #listen() {
    const on = (name, react, options = {}) =>
      this.plot.addEventListener(name, react, { signal: this.#stop.signal, ...options });
    on("pointerdown", (event) => this.#press(event), { capture: true });
    on("pointermove", (event) => this.#move(event), { capture: true });
    on("pointerup", (event) => this.#lift(event), { capture: true });
    on("pointercancel", () => (this.#gesture = null));
    on("pointerleave", () => this.view.point(null));
    // Where text is selected, the browser would take the press for the begin of dragging that text.
    on("dragstart", (event) => event.preventDefault());
    on("wheel", (event) => this.#wheel(event), { passive: false, capture: true });
    this.strip.addEventListener("keydown", (event) => this.#stripKey(event), { signal: this.#stop.signal });
  }

  #press(event) {
    if (event.button !== 0 || event.target.closest("button") || this.#areaOf(event) === null) return;
    if (this.#gesture?.fingers) return; // a third one
    this.plot.setPointerCapture(event.pointerId);
    const [first, isTouch] = [this.#gesture, event.pointerType === "touch"];
    const inStrip = this.#areaOf(event) === "overview";
    if (first && isTouch) this.#gesture = first.inStrip || inStrip ? null : this.#pinch(first, event);
    else if (inStrip) this.#gesture = { inStrip, drag: this.#stripDrag(event), x: event.clientX };
    else this.#gesture = this.#trackDrag(event, isTouch && this.isZoomed);
  }

  // A finger moves what is visible, if that is not all of it; a mouse always moves the playhead.
  #trackDrag({ clientX, pointerId }, pans) {
    const [from, to] = this.window;
    const perPx = (to - from) / this.widthPx;
    const pan = (x) => this.showWindow([from + (clientX - x) * perPx, to + (clientX - x) * perPx]);
    return { pans, pointerId, drag: pans ? pan : (x) => this.#seekDrag(x), x: clientX };
  }

  // Two fingers: what was under each of them stays under it.
  #pinch(first, { clientX, pointerId }) {
    const fingers = new Map([
      [first.pointerId, first.x],
      [pointerId, clientX],
    ]);
    const times = [...fingers.values()].map((x) => this.secondsAt(x, this.window));
    const leftPx = this.plot.getBoundingClientRect().left + this.gutterPx[0];
    const drag = (x, id) => {
      fingers.set(id, x);
      const shares = [...fingers.values()].map((at) => (at - leftPx) / this.widthPx);
      const pinched = pinchedWindow(times, shares, this.extent);
      if (pinched) this.showWindow(pinched);
    };
    return { pans: true, fingers, drag, x: clientX, moved: true };
  }

  #move(event) {
    const gesture = this.#gesture;
    if (!gesture) return this.view.point(this.#areaOf(event) === "tracks" ? this.#signalAt(event) : null);
    if (!gesture.moved && Math.abs(event.clientX - gesture.x) < SLOP_PX) return;
    Object.assign(gesture, { moved: true, x: event.clientX });
    gesture.drag(event.clientX, event.pointerId);
  }

  #lift(event) {
    const gesture = this.#gesture;
    this.#gesture = null;
    if (!gesture || (gesture.moved && (gesture.inStrip || gesture.pans))) return;
    // Not when pressed: after that the browser gives the focus to what lies under the pointer.
    if (!gesture.inStrip) this.slider.focus({ preventScroll: true });
    const signal = gesture.inStrip || gesture.moved ? null : this.#signalAt(event);
    if (signal) this.view.choose(signal);
    else this.view.seek(this.secondsAt(event.clientX, gesture.inStrip ? this.extent : this.range));
  }

  #seekDrag(clientX) {
    const now = performance.now();
    if (now - this.#lastSeekMs < SEEK_EVERY_MS) return;
    this.#lastSeekMs = now;
    this.view.seek(this.secondsAt(clientX));
  }

  // Returns what dragging does in the strip: an edge is moved, the window is moved, or a new one is drawn.
  #stripDrag(event) {
    const whole = this.extent;
    const box = this.strip.getBoundingClientRect();
    const begin = this.secondsAt(event.clientX, whole);
    const [from, to] = this.window;
    const near = (edge) => Math.abs(event.clientX - edge) <= HANDLE_PX;
    const at = (clientX) => this.secondsAt(clientX, whole);
    if (near(box.left) && (this.isZoomed || begin < (whole[0] + whole[1]) / 2))
      return (x) => this.showWindow([Math.min(at(x), to - MIN_WINDOW_S), to]);
    if (near(box.right)) return (x) => this.showWindow([from, Math.max(at(x), from + MIN_WINDOW_S)]);
    if (this.isZoomed && begin > from && begin < to)
      return (x) => this.showWindow([from + at(x) - begin, to + at(x) - begin]);
    return (x) => this.showWindow([Math.min(begin, at(x)), Math.max(begin, at(x))]);
  }

  #stripKey(event) {
    const step = (this.window[1] - this.window[0]) / 4;
    const [first, last] = this.extent;
    const moves = { ArrowLeft: -step, ArrowRight: step, Home: first - last, End: last - first };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    this.pan(moves[event.key]);
  }

  #wheel(event) {
    if (!this.canZoom || this.#areaOf(event) === null) return;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), this.secondsAt(event.clientX));
    else if (sideways) this.pan(((event.deltaX || event.deltaY) / this.widthPx) * (this.window[1] - this.window[0]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #areaOf({ clientX, clientY }) {
    const box = this.plot.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    if (x < this.gutterPx[0] - HANDLE_PX || x > this.gutterPx[0] + this.widthPx + HANDLE_PX) return null;
    const within = ([top, bottom]) => y >= top && y <= bottom;
    if (within(this.geometry.overviewPx)) return "overview";
    return within(this.geometry.tracksPx) ? "tracks" : null;
  }

  // Returns the signal whose mark is under the pointer; of several the shortest.
  #signalAt({ clientX, clientY }) {
    const y = clientY - this.plot.getBoundingClientRect().top;
    const [from, to] = this.range;
    const seconds = this.secondsAt(clientX);
    const slack = (NEAR_PX / this.widthPx) * (to - from);
    let best = null;
    for (const signal of this.view.signals) {
      const [top, bottom] = this.geometry.places[signal.id];
      const hit = y >= top && y <= bottom && seconds >= signal.start - slack && seconds <= signal.end + slack;
      if (hit && this.view.isShown(signal.id) && (!best || signal.end - signal.start < best.end - best.start))
        best = signal;
    }
    return best;
  }

  release() {
    super.release();
    this.#stop.abort();
    for (const part of [this.slider, this.strip, this.stripPlayhead, this.zoomBar, this.away]) part.remove();
  }
}
