// The result view: one playhead for the recording, the tracks, the list and the now-card.
//
// It owns what lives in the browser: the filter, the current signal, whether it is repeated, the visible
// window of the tracks. The result comes from the server, which is told of the filter and of annotations.

import { readLook, writeLook } from "./address.js";
import { Annotations } from "./annotations.js";
import { clamp, make } from "../../browser/dom.js";
import { NowCard } from "./card.js";
import { ClipSaver } from "./clip.js";
import { holdingAt, neighborOf } from "./current.js";
import { Chips, SignalFilter } from "./filter.js";
import { keysDialog, listenForKeys } from "./keys.js";
import { NotesRow } from "./notes.js";
import { Panel } from "./panel.js";
import { ClockPlayer, RecordingPlayer } from "./players.js";
import { QualityCard } from "./quality.js";
import { TimeChart } from "./timechart.js";
import { Tracks } from "./tracks.js";
import { addSkipLink, mediaIn, plotIn, watchPage } from "./undocumented.js";

const BEFORE_MOMENT_S = 3;
const TELL_AFTER_MS = 300; // of the filter; so that words can be typed
const WRITE_AFTER_MS = 300; // into the address, which browsers let be changed every so often only

export class ResultView {
  signals = [];
  filter;
  clips = new ClipSaver(this);
  #shown = null;
  #tell = null;
  #telling = 0;
  #chosen = null;
  #chosenNote = null;
  #row = null; // that of the notes
  #looped = null;
  #skipped = null; // the gap that was skipped last, while it plays
  #captions = false;
  #skipLink = make("a", { href: "#signals", text: "Skip to signals" });
  #shownSignals = [];
  #time = 0;
  #holdsUntil = -Infinity;
  #holdsFrom = Infinity;
  #second = -1;
  #window = null;
  #frame = 0;
  #jump = 0;
  #player = null;
  #charts = [];
  #chips = null;
  #panel = null;
  #list = null;
  #card = null;
  #quality = null;
  #score = null;
  #named = { panel: "", score: "" }; // by the address, for parts that are not there yet
  #writing = 0;
  #settings = null;
  #stop = new AbortController();
  #mounted = 0;
  #before; // the view that this one takes over from
  #next = null; // the one that takes over: until all parts are its own, it is given what is done here

  constructor(before) {
    this.#before = before;
    this.filter = before?.filter ?? null;
    this.annotations = before?.annotations ?? new Annotations();
    this.annotations.changed = () => this.#annotated();
    if (before) before.#next = this;
  }

  // ---- what the server gives ------------------------------------------------------------------

  // `tell` takes the filter to the server; what that knows of it counts at first only.
  mountChips(root, { rows, families, filter }, tell) {
    const takesOver = this.#chips === null && this.filter !== null;
    if (this.#chips?.root.parentElement !== root) this.#chips = new Chips(root, rows, families, this);
    const known = new SignalFilter(filter);
    this.filter ??= known;
    this.#tell = tell;
    this.#refresh();
    if (takesOver && JSON.stringify(known.facts) !== JSON.stringify(this.filter.facts)) this.#tellLater();
  }

  mountList(root, data, askRules) {
    // Whose signals never change: drawn again, they would take a press from under the pointer.
    if (this.#panel?.root.parentElement === root) return;
    const { signals } = data;
    this.#panel = new Panel(root, data, this, askRules);
    this.#list = this.#panel.signals;
    if (signals.length === 0) this.filter ??= new SignalFilter(); // there are no chips to bring one
    this.signals = signals.map((signal) =>
      Object.assign({ words: [signal.type.toLowerCase(), signal.why.toLowerCase()] }, signal),
    );
    this.#panel.fillSignals(this.signals);
    if (this.#settings) this.#panel.fillMoments(this.#settings.moments);
    this.#panel.fillAnnotations(this.annotations);
    this.#openNamed();
    this.#refresh();
  }

  // `tell` takes changes of the annotations to the server.
  mountReporter(tell) {
    this.annotations.connect(tell);
  }

  mountNotes(root) {
    if (this.#row?.root.parentElement === root) return; // a press on a note would be lost
    this.#row = new NotesRow(root, this);
    this.#annotated();
  }

  // `ask` takes what is asked of clips to the server.
  mountClip(data, ask) {
    this.clips.take(data, ask);
  }

  mountQuality(root, facts, askLimits) {
    if (this.#quality?.root.parentElement === root) return;
    this.#quality = new QualityCard(root, facts, this, askLimits);
    this.#quality.setTime(this.#time);
    this.#openNamed();
    this.#refresh();
  }

  mountCard(root, settings) {
    const first = this.#settings === null;
    if (!this.#card || !root.contains(this.#card.when))
      this.#card = new NowCard(root, this, () => this.#takeColor(root));
    this.#settings = settings;
    // Without an address to say so, the last jump is where to begin.
    const jumped = this.#before || settings.result ? settings.jump.number : 0;
    if (first) this.#takeLook(this.#before?.look ?? this.#addressed(), jumped);
    this.#before = null;
    this.#card.setLink(settings.result);
    this.#takeColor(root);
    if (first) this.#begin(root);
    this.#attach();
    this.#tracks?.place(settings.geometry);
    this.#panel?.fillMoments(settings.moments);
    this.annotations.take(settings.annotations);
    this.#refresh();
    if (settings.jump.number > this.#jump) this.goTo(settings.jump);
    this.#jump = settings.jump.number;
    this.lookChanged();
  }

  #begin(root) {
    this.#stop.signal.addEventListener(
      "abort",
      watchPage(() => this.#attach()),
    );
    const region = document.querySelector(`.st-key-${this.#settings.region}`) ?? root;
    listenForKeys(region, this, this.#stop.signal);
    const { signal } = this.#stop;
    document.addEventListener("visibilitychange", () => document.hidden || this.annotations.refresh(), { signal });
    // The server changes the address, too, and does not know all that is in it.
    window.navigation?.addEventListener("currententrychange", () => this.lookChanged(), { signal });
    this.dialog = keysDialog(this);
    root.append(this.dialog);
    this.#skipLink.addEventListener("click", (event) => {
      event.preventDefault();
      this.#panel?.takeFocus();
    });
    addSkipLink(this.#skipLink);
    // A result is read from its top.
    this.#heading?.scrollIntoView({ block: "center", behavior: "instant" });
  }

  // The theme's colors are known to components alone; what lies over the charts has them from here.
  #takeColor(root) {
    const region = document.querySelector(`.st-key-${this.#settings.region}`);
    const name = "--st-primary-color";
    region?.style.setProperty(name, getComputedStyle(root).getPropertyValue(name));
  }

  release() {
    this.#stop.abort();
    this.#skipLink.remove();
    clearTimeout(this.#telling);
    clearTimeout(this.#writing);
    cancelAnimationFrame(this.#frame);
    this.#player?.release();
    this.clips.release();
    for (const chart of this.#charts) chart.release();
  }

  // Counts its parts; the last one to leave the page ends it.
  hold() {
    this.#mounted += 1;
    return () => {
      this.#mounted -= 1;
      if (this.#mounted === 0) this.release();
      return this.#mounted === 0;
    };
  }

  // ---- finding the recording and the charts, which Streamlit may replace ------------------------

  #attach() {
    const { player, recordingStartS, tracks, charts, endS, geometry } = this.#settings;
    const media = mediaIn(player);
    if (!this.#player || (this.#player.media ?? null) !== media) {
      this.#player?.release();
      const changed = () => this.#playerChanged();
      this.#player = media ? new RecordingPlayer(media, recordingStartS, changed) : new ClockPlayer(endS, changed);
      this.#player.setCaptions(this.#shownSignals);
      this.#player.captions = this.#captions;
      if (this.#time > 0) this.#player.seek(this.#time);
      this.#playerChanged();
    }
    const plots = [tracks, ...charts].map(plotIn);
    this.#charts = this.#charts.filter((chart) => {
      const keep = plots.includes(chart.plot);
      if (!keep) chart.release();
      else if (!chart.attached) chart.measure();
      return keep;
    });
    for (const [place, plot] of plots.entries()) {
      // Without a layout Plotly has not drawn it yet; the page changes again when it has.
      if (!plot?.layout || this.#charts.some((chart) => chart.plot === plot)) continue;
      this.#charts.push(place === 0 ? this.#newTracks(plot, geometry) : this.#newChart(plot, geometry));
      this.#charts.at(-1).movePlayhead(this.#time);
      this.#placeNotes();
    }
  }

  #newTracks(plot, geometry) {
    const tracks = new Tracks(plot, geometry, this);
    this.#onDrawn(tracks, () => tracks.redrawn());
    // Streamlit puts a new element in the place of a figure that changed.
    if (this.#window) tracks.showWindow(this.#window);
    if (this.#score) tracks.showScore(...this.#score);
    tracks.sayTime(this.#time);
    return tracks;
  }

  #newChart(plot, geometry) {
    const chart = new TimeChart(plot, geometry);
    this.#onDrawn(chart, () => chart.relabel());
    plot.addEventListener("click", (event) => this.seek(chart.secondsAt(event.clientX)), { signal: this.#stop.signal });
    return chart;
  }

  // Plotly gives no way to listen for a while only, and another view may have the figure by now.
  #onDrawn(chart, react) {
    chart.plot.on?.("plotly_afterplot", () => {
      if (this.#charts.includes(chart) && !this.#stop.signal.aborted) react();
    });
  }

  get #heading() {
    return document.querySelector(`.st-key-${this.#settings.heading}`);
  }

  get #tracks() {
    return this.#charts.find((chart) => chart instanceof Tracks);
  }

  // ---- time -----------------------------------------------------------------------------------

  get endS() {
    return this.#settings.endS;
  }

  get time() {
    return this.#player?.time ?? this.#time;
  }

  #playerChanged() {
    const { playing, speed, captions } = this.#player;
    this.#captions = captions ?? this.#captions;
    this.#card?.setCaptions(captions);
    this.#card?.setPlaying(playing);
    this.#card?.setSpeed(speed);
    if (!playing) this.lookChanged();
    if (playing && !this.#frame) this.#frame = requestAnimationFrame(() => this.#tick());
    this.#moved();
  }

  // Runs with the display while playing, and not at all while paused.
  #tick() {
    this.#frame = 0;
    this.#skip();
    this.#repeat();
    this.#moved();
    if (this.#player.playing) this.#frame = requestAnimationFrame(() => this.#tick());
    else {
      this.#card?.setPlaying(false);
      this.lookChanged();
    }
  }

  // Where nothing was recorded, the picture would stand still.
  #skip() {
    const { time, playing } = this.#player;
    const gap = this.#settings.unrecorded.find(([fromS, toS]) => fromS <= time && time < toS - 0.05);
    // Once: a recording that ends before the gap does can't be where the gap ends.
    if (gap && playing && gap !== this.#skipped) this.#player.seek(gap[1]);
    this.#skipped = playing ? gap : null;
  }

  #repeat() {
    const loop = this.#looped;
    const end = loop && Math.min(Math.max(loop.end, loop.start + 1), this.endS - 0.05);
    if (loop && (this.time >= end || this.time < loop.start - 0.5)) this.#player.seek(loop.start);
  }

  #moved() {
    const [before, time] = [this.#time, this.time];
    this.#time = time;
    this.#tracks?.follow(time, before);
    for (const chart of this.#charts) chart.movePlayhead(time);
    this.#quality?.setTime(time);
    if (Math.floor(time) !== this.#second) {
      this.#second = Math.floor(time);
      this.#card?.setTime(time);
      this.#tracks?.sayTime(time);
    }
    if (time < this.#holdsFrom || time >= this.#holdsUntil) this.#showCurrent(time);
  }

  windowChanged(window) {
    this.#window = window;
    this.#placeNotes();
    for (const chart of this.#charts) chart.movePlayhead(this.#time);
  }

  // ---- which signal ---------------------------------------------------------------------------

  isShown(id) {
    return this.#shown === null || this.#shown.has(id);
  }

  setFilter(filter) {
    this.filter = filter;
    this.#refresh();
    if (this.#next) this.#next.setFilter(filter);
    else this.#tellLater();
  }

  #tellLater() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      this.#writeAddress();
      this.#tell?.(this.filter.facts);
    }, TELL_AFTER_MS);
  }

  // Shows a score in the tracks: the index, or a dimension in its place.
  showScore(...score) {
    this.#score = score;
    this.#tracks?.showScore(...score);
    this.lookChanged();
  }

  #refresh() {
    if (!this.filter || !this.#list || !this.#settings) return;
    const shown = this.signals.filter((signal) => this.filter.shows(signal));
    this.#shown = this.filter.isOn ? new Set(shown.map(({ id }) => id)) : null;
    this.#chips?.show(this.filter);
    this.#list.filter(this.filter, (id) => this.isShown(id));
    this.#quality?.setShown(shown.length);
    this.#shownSignals = shown;
    this.#player?.setCaptions(shown);
    this.#tracks?.refilter();
    this.#showCurrent(this.#time);
  }

  // ---- what is looked at, in the address ------------------------------------------------------

  get look() {
    const { panel, score } = this.#named;
    return {
      time: this.time,
      filter: this.filter,
      panel: panel || (this.#panel?.named ?? ""),
      score: score || (this.#quality?.named ?? ""),
      tab: this.#settings?.tab ?? "",
    };
  }

  // Opens the result as it is looked at, for whoever may see it.
  get link() {
    const link = new URL(location.origin + location.pathname);
    link.searchParams.set("result", this.#settings.result);
    writeLook(link.searchParams, this.look);
    return link.href;
  }

  // What the address names, if it is that of this result.
  #addressed() {
    const { result, endS } = this.#settings;
    const { searchParams } = new URL(location.href);
    return readLook(result && searchParams.get("result") === result ? searchParams : new URLSearchParams(), endS);
  }

  #takeLook({ time, panel, score }, jumped) {
    this.#time = time;
    this.#named = { panel, score };
    this.#jump = jumped;
    this.#openNamed();
  }

  // Opens what is named as soon as its part is there.
  #openNamed() {
    const { panel, score } = this.#named;
    if (panel && this.#panel) {
      this.#named.panel = "";
      this.#panel.openNamed(panel);
    }
    if (score && this.#quality) {
      this.#named.score = "";
      this.#quality.openNamed(score);
    }
  }

  // Soon puts what is looked at into the address: the moment when the recording rests or was moved.
  lookChanged() {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#writeAddress(), WRITE_AFTER_MS);
  }

  #writeAddress() {
    const here = new URL(location.href);
    if (!this.#settings?.result || here.searchParams.get("result") !== this.#settings.result) return;
    writeLook(here.searchParams, this.look);
    if (here.href !== location.href) history.replaceState(history.state, "", here);
  }

  // ---- what holds at the playhead -------------------------------------------------------------

  // Finds what holds at `time`, and until when that is so.
  #showCurrent(time) {
    const edges = [...this.#settings.states.flatMap(([start, end]) => [start, end]), ...this.annotations.edges];
    const { holding, from, until } = holdingAt(time, this.#shownSignals, edges);
    [this.#holdsFrom, this.#holdsUntil] = [from, until];
    const signal = holding.find(({ id }) => id === this.#chosen?.id) ?? holding[0] ?? null;
    if (signal?.id !== this.#chosen?.id) this.#chosen = null;
    this.#card?.show(
      signal,
      holding.filter((other) => other !== signal),
      this.#stateAt(time),
    );
    this.#list?.setCurrent(signal);
    this.#tracks?.mark(signal);
    this.current = signal;
    this.#card?.showJudgment(this.annotations.says.get(signal?.id));
    this.#showNotes(time);
  }

  #showNotes(time) {
    const notes = this.annotations.at(time);
    this.#chosenNote = notes.find(({ id }) => id === this.#chosenNote?.id) ?? null;
    const note = this.#chosenNote ?? notes[0];
    const others = notes.filter((other) => other !== note);
    this.#card?.showNote(note, others);
    this.#list?.setNote(this.#chosenNote);
    this.clips.offer(this.#chosenNote ?? this.current ?? note ?? null);
  }

  // Shows annotations that are others than before.
  #annotated() {
    this.#panel?.fillAnnotations(this.annotations);
    this.#row?.fill(this.annotations.notes);
    this.#placeNotes();
    this.#card?.showProblem(this.annotations.problem);
    if (this.#settings) this.#showCurrent(this.#time);
  }

  tracksMeasured() {
    this.#placeNotes();
  }

  #placeNotes() {
    if (this.#tracks) this.#row?.place(this.#tracks);
  }

  #stateAt(time) {
    const { states, endS } = this.#settings;
    const holds = ([start, end]) => start <= time && (time < end || (time >= endS && end >= endS));
    const words = states.filter(holds).map((state) => state[2]);
    const state = words.join(" · ");
    return state
      ? state.slice(0, 1).toUpperCase() + state.slice(1)
      : "No engagement or quality index was given for this moment.";
  }

  // ---- what the reader asks for ---------------------------------------------------------------

  seek(seconds) {
    if (this.#next?.#card) return this.#next.seek(seconds);
    this.#time = this.time;
    const target = clamp(seconds, 0, this.endS);
    if (this.#looped && (target < this.#looped.start || target > this.#looped.end)) this.toggleLoop();
    this.#player.seek(target);
    this.#tracks?.show(target);
    this.#moved();
    this.lookChanged();
  }

  skip(seconds) {
    this.seek(this.time + seconds);
  }

  // To a share (0-1) of the recording.
  seekShare(share) {
    this.seek(this.endS * share);
  }

  choose(signal) {
    if (this.#next?.#card) return this.#next.choose(signal);
    this.#chosen = signal;
    this.#chosenNote = null;
    this.seek(signal.start);
    this.#showCurrent(this.time);
  }

  chooseNote(note) {
    this.#chosen = null;
    this.#chosenNote = note;
    this.seek(note.start);
    this.#showCurrent(this.time);
  }

  // Opens the line for a note on this moment.
  startNote() {
    if (this.annotations.draft) this.#card?.editor.resume();
    else this.#card?.editor.open({ start: this.time });
  }

  // Takes in what the person says of the current signal: the same again takes it back.
  judge(says) {
    const signal = this.current;
    if (!signal) return;
    const isSame = this.annotations.says.get(signal.id) === says;
    this.annotations.judge(signal.id, isSame ? null : says);
    this.say(isSame ? `Taken back: ${signal.type}` : `You ${says} with ${signal.type}`);
  }

  say(text) {
    this.#card?.say(text);
  }

  // To the signal that starts next, or before: of those that start together, one after the other.
  step(direction) {
    const next = neighborOf(this.current, direction, this.time, this.#shownSignals);
    if (next) this.choose(next);
  }

  // Plays from just before a moment; the page stays where it is.
  goToMoment({ seconds, signal }) {
    this.#chosen = this.signals.find(({ id }) => id === signal) ?? null;
    this.#chosenNote = null;
    this.seek(seconds - BEFORE_MOMENT_S);
    this.play();
  }

  stepMoment(direction) {
    this.#panel?.moments.step(direction);
  }

  toggle() {
    if (this.#player.playing) this.#player.pause();
    else this.#player.play();
  }

  play() {
    if (!this.#player.playing) this.#player.play();
  }

  setSpeed(rate) {
    this.#player.speed = rate;
  }

  toggleLoop() {
    this.#looped = this.#looped ? null : this.current;
    this.#card?.setLooping(this.#looped !== null);
  }

  toggleCaptions() {
    this.#player.captions = !this.#captions;
  }

  zoom(direction) {
    this.#tracks?.zoomByKey(direction);
  }

  point(signal) {
    this.#list?.setPointed(signal);
    this.#tracks?.markPointed(signal);
  }

  // To where the keys are heard and nothing else takes them.
  takeFocus() {
    this.#tracks?.slider.focus({ preventScroll: true });
  }

  showKeys() {
    this.dialog.showModal();
  }

  // To a place that was asked for below the view, whose recording may be out of sight.
  goTo({ seconds, signal }) {
    const chosen = this.signals.find(({ id }) => id === signal);
    if (chosen) this.choose(chosen);
    else this.seek(seconds);
    const stage = document.querySelector(`.st-key-${this.#settings.stage}`);
    if (stage && stage.getBoundingClientRect().top < 0) {
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#heading?.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "center" });
    }
  }
}
