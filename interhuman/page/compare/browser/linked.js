// The tracks of several recordings under each other: one axis, one window, one playhead for all of them.

import { Axis, shareAxis } from "../../result/browser/axis.js";
import { button, make, say, setText } from "../../browser/dom.js";
import { neighborOf } from "../../result/browser/current.js";
import { Choices } from "../../result/browser/filter.js";
import { keysDialog, listenForKeys } from "../../result/browser/keys.js";
import { readComparison, writeComparison } from "./look.js";
import { Member } from "./member.js";
import { ClockPlayer, RecordingPlayer } from "../../result/browser/players.js";
import { Together } from "./together.js";
import { Tracks, zoomBar } from "../../result/browser/tracks.js";
import { mediaIn, plotIn, watchPage } from "../../result/browser/undocumented.js";
import { firstWindow, possibleWindow } from "../../result/browser/window.js";

const WRITE_ADDRESS_AFTER_MS = 300;
const SEEK_PLAYERS_EVERY_MS = 100; // while their recording is dragged
const UNITS = [
  { name: "seconds", text: "Seconds" },
  { name: "percent", text: "Percent", words: "Percent of each one's length" },
];
const MODES = [
  { name: "locked", text: "Locked", words: "Locked: players run together" },
  { name: "alone", text: "Alone", words: "Alone: each player runs by itself" },
];

export class LinkedView {
  members = [];
  #settings = null;
  #before; // the view that this one takes over from
  #together = null;
  #unit = "seconds";
  #window = null; // on the axis
  #muted = new Map(); // by recording: whether its player is
  #mounted = 0;
  #frame = 0;
  #writing = 0;
  #soughtMs = 0;
  #time = null; // of the axis, as it was last shown
  #stop = new AbortController();

  constructor(before) {
    this.#before = before;
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

  release() {
    this.#stop.abort();
    clearTimeout(this.#writing);
    cancelAnimationFrame(this.#frame);
    for (const { player, tracks } of this.members) {
      player?.release();
      tracks?.release();
    }
  }

  // ---- what the server gives ------------------------------------------------------------------

  mountMember(root, facts) {
    const member = this.members[facts.place];
    if (member) member.take(root, facts);
    else this.members[facts.place] = new Member(root, facts, this);
    this.#begin();
  }

  // `askCharts` has the charts drawn in the colors of another theme.
  mountBar(root, settings, askCharts) {
    this.#settings = settings;
    if (!this.bar || this.bar.parentElement !== root) this.#fillBar(root, askCharts);
    this.#takeColors();
    this.#begin();
  }

  #fillBar(root, askCharts) {
    this.play = button("Play", () => this.toggle(), { class: "ih-play", title: "Play or pause (Space)" });
    const step = (text, name, key, direction) =>
      button(text, () => this.step(direction), { "aria-label": name, title: `${name} (${key})` });
    this.when = make("span", { class: "ih-muted ih-when" });
    this.units = new Choices("Axis", UNITS.map(withoutMark), (name) => this.setUnit(name));
    this.modes = new Choices("Players", MODES.map(withoutMark), (name) => this.setLocked(name === "locked"));
    const keys = button("?", () => this.showKeys(), {
      "aria-label": "Keyboard shortcuts",
      title: "Keyboard shortcuts (?)",
    });
    this.said = make("span", { class: "ih-unseen", role: "status" });
    const zoom = zoomBar({ zoom: (direction) => this.zoom(direction), fit: () => this.#fit() });
    const moves = [step("‹", "Previous signal", "[", -1), this.play, step("›", "Next signal", "]", 1)];
    this.bar = make(
      "div",
      { class: "ih-bar-of-tracks" },
      make("div", { class: "ih-moves" }, ...moves, this.when),
      this.units.root,
      this.modes.root,
      zoom,
      keys,
      this.said,
    );
    // Its ground is the theme's and changes within a millisecond, of which the browser tells.
    this.bar.addEventListener("transitionend", ({ target }) => {
      if (target !== this.bar) return;
      this.#takeColors();
      askCharts();
    });
    this.dialog = keysDialog(this);
    root.replaceChildren(this.bar, this.dialog);
  }

  // The theme's colors are known to components alone; what lies over the charts has them from here.
  #takeColors() {
    const { style } = this.#region;
    for (const name of ["--st-primary-color", "--st-background-color"])
      style.setProperty(name, getComputedStyle(this.bar).getPropertyValue(name));
  }

  get #region() {
    return document.querySelector(`.st-key-${this.#settings.region}`) ?? this.bar.parentElement;
  }

  // Begins as soon as all parts are there.
  #begin() {
    if (!this.#settings) return;
    const isComplete = Array.from({ length: this.#settings.count }, (_, place) => this.members[place]).every(Boolean);
    if (!isComplete) return;
    if (!this.#together) this.#takeLook();
    this.#attach();
    this.#showAll();
  }

  #takeLook() {
    const goesOn = this.#before?.hasBegun && this.#before.ids === this.ids; // with a recording that was not there, say
    const { time, shifts, unit, isLocked } = goesOn ? this.#before.look : this.#addressed();
    if (goesOn) this.#muted = this.#before.muted;
    this.#before = null;
    this.#unit = unit;
    for (const [place, member] of this.members.entries()) {
      member.shifts[unit] = shifts[place] ?? 0;
      member.player = this.#newPlayer(member, null);
    }
    this.#drawAxes();
    this.#together = new Together(this.members, () => this.#changed());
    this.#together.lock(isLocked);
    this.#together.seek(this.members[0], time);
    this.#stop.signal.addEventListener(
      "abort",
      watchPage(() => this.#attach()),
    );
    listenForKeys(this.#region, this, this.#stop.signal);
    const { signal } = this.#stop;
    window.navigation?.addEventListener("currententrychange", () => this.lookChanged(), { signal });
  }

  // ---- finding players and charts, which Streamlit may replace ----------------------------------

  #attach() {
    for (const member of this.members) {
      this.#attachPlayer(member);
      this.#attachTracks(member);
    }
  }

  #attachPlayer(member) {
    const media = mediaIn(member.facts.player);
    if ((member.player.media ?? null) === media) return;
    const seconds = member.player.time;
    member.player.release();
    member.player = this.#newPlayer(member, media);
    if (media) this.#takeVolume(member, media);
    this.#together.playerAttached(member, seconds);
    this.#changed();
  }

  #newPlayer(member, media) {
    const changed = () => this.#together?.members.includes(member) && this.#together.playerChanged(member);
    if (!media) return new ClockPlayer(member.lengthS, changed);
    const player = new RecordingPlayer(media, member.facts.startS, changed);
    player.setCaptions(member.signals);
    return player;
  }

  // At first the first one alone is heard; after that each as it was left.
  #takeVolume({ facts }, media) {
    const first = this.members.find(({ facts: { noPlayer } }) => !noPlayer);
    media.muted = this.#muted.get(facts.id) ?? first.facts.id !== facts.id;
    const note = () => this.#muted.set(facts.id, media.muted);
    media.addEventListener("volumechange", note, { signal: this.#stop.signal });
  }

  #attachTracks(member) {
    const plot = plotIn(member.facts.tracks);
    const { tracks } = member;
    if (tracks && tracks.plot !== plot) {
      tracks.release();
      member.setTracks(null);
    } else if (tracks && !tracks.attached) tracks.measure();
    // Without a layout Plotly has not drawn it yet; the page changes again when it has.
    if (member.tracks || !plot?.layout) return;
    const drawn = new Tracks(plot, member.facts.geometry, member, member.axis);
    member.setTracks(drawn);
    // Plotly gives no way to listen for a while only, and another view may have the figure by now.
    plot.on?.("plotly_afterplot", () => member.tracks === drawn && !this.#stop.signal.aborted && drawn.redrawn());
    this.#window ??= firstWindow(drawn.extent, drawn.widthPx).map((seconds) => member.axis.at(seconds));
    drawn.takeWindow(this.#ownWindow(member));
    this.#showTimes();
    this.#showMarks();
  }

  #ownWindow({ axis }) {
    return this.#window.map((place) => axis.own(place));
  }

  // ---- the axis -------------------------------------------------------------------------------

  #drawAxes() {
    const axes = this.members.map((member) => this.#axisOf(member));
    shareAxis(axes);
    for (const [place, member] of this.members.entries()) member.setAxis(axes[place], this.#limits(member));
  }

  #axisOf({ facts, shifts }) {
    const { stepsS } = this.#settings;
    return new Axis({ endS: facts.geometry.endS, stepsS, shiftS: shifts[this.#unit], unit: this.#unit });
  }

  // As far as a recording can be shifted and still meet the first one.
  #limits({ facts }) {
    return [-facts.geometry.endS, this.members[0].facts.geometry.endS];
  }

  // Draws the tracks on other axes: what the first one shows stays, all of it where that was all.
  #axesChanged(change) {
    const [first] = this.members;
    const seconds = first.axis.own(this.#together.place);
    const visible = this.#window && this.#ownWindow(first);
    const isWhole = !first.tracks?.isZoomed;
    change();
    this.#drawAxes();
    if (visible) {
      const { axis } = first;
      this.#window = possibleWindow(isWhole ? axis.extent : visible, axis.extent).map((own) => axis.at(own));
    }
    for (const member of this.members) member.tracks?.takeWindow(this.#ownWindow(member), member.axis);
    this.#together.axesChanged(first.axis.at(seconds));
    this.#showAll();
  }

  // While it is dragged, nothing but the recording itself moves: what can be seen stays the same.
  #drag(member, seconds) {
    const { whole } = member.axis;
    member.shifts[this.#unit] = seconds;
    member.setAxis(Object.assign(this.#axisOf(member), { whole }), this.#limits(member));
    member.tracks?.takeWindow(this.#ownWindow(member), member.axis);
    const now = performance.now();
    if (now - this.#soughtMs > SEEK_PLAYERS_EVERY_MS) {
      this.#soughtMs = now;
      this.#together.axesChanged(this.#together.place);
    }
    this.#showTimes();
    this.#showMarks();
  }

  setUnit(unit) {
    if (unit === this.#unit) return;
    this.#axesChanged(() => (this.#unit = unit));
    this.say(unit === "percent" ? "The axis is in percent of each one's length" : "The axis is in seconds");
  }

  // `isOver` is false while a handle is dragged.
  shift(member, seconds, isOver) {
    if (isOver) this.#axesChanged(() => (member.shifts[this.#unit] = seconds));
    else if (seconds !== member.axis.shiftS) this.#drag(member, seconds);
    this.lookChanged();
  }

  // ---- the window -----------------------------------------------------------------------------

  windowChanged(member, window) {
    this.#window = window.map((seconds) => member.axis.at(seconds));
    for (const other of this.members) if (other !== member) other.tracks?.takeWindow(this.#ownWindow(other));
    this.#showTimes();
  }

  get #drawn() {
    return this.members.find(({ tracks }) => tracks)?.tracks;
  }

  zoom(direction) {
    this.#drawn?.zoomByKey(direction);
  }

  #fit() {
    this.#drawn?.fit();
  }

  // ---- time -----------------------------------------------------------------------------------

  #changed() {
    if (!this.#together) return;
    if (this.#together.playing && !this.#frame) this.#frame = requestAnimationFrame(() => this.#tick());
    if (!this.#together.playing) this.lookChanged();
    setText(this.play, this.#together.playing ? "Pause" : "Play");
    this.#showTimes();
  }

  // Runs with the display while something plays, and not at all while nothing does.
  #tick() {
    this.#frame = 0;
    this.#together.tick();
    this.#changed();
  }

  #showTimes() {
    if (!this.#together) return;
    const [first] = this.members;
    const before = this.#time;
    this.#time = first.axis.own(this.#together.place);
    if (before !== null) first.tracks?.follow(this.#time, before);
    for (const member of this.members) {
      const { current } = member;
      member.setTime(this.#together.timeOf(member));
      if (member.current !== current) this.#showMarks();
    }
    setText(this.when, first.axis.label(this.#time));
  }

  #showAll() {
    if (!this.#together) return;
    this.units.show([this.#unit]);
    this.modes.show([this.#together.isLocked ? "locked" : "alone"]);
    this.#showTimes();
    this.#showMarks();
  }

  // Marks what is current in each; the period of a chosen one in all.
  #showMarks() {
    const chosen = this.members.find((member) => member.chosen);
    for (const member of this.members)
      member.tracks?.mark(chosen && chosen !== member ? periodIn(member, chosen, chosen.chosen) : member.current);
  }

  // ---- what the reader asks for ---------------------------------------------------------------

  seekIn(member, seconds) {
    this.#together.seek(member, seconds);
    member.tracks?.show(member.time);
    this.lookChanged();
  }

  choose(member, signal) {
    for (const each of this.members) each.chosen = null;
    member.chosen = signal;
    this.seekIn(member, signal.start);
    for (const each of this.members) each.showCurrent();
    this.#showMarks();
    this.say(`${member.name}: ${signal.type}, ${signal.span}, ${signal.probability}. ${signal.why}`);
  }

  point(member, signal) {
    member.setPointed(signal);
    for (const each of this.members) each.tracks?.markPointed(signal && periodIn(each, member, signal));
  }

  // To the signal that starts next, or before, of all recordings; of the one that runs alone.
  step(direction) {
    const { active, isLocked, place } = this.#together;
    const members = isLocked ? this.members : [active];
    const all = members.flatMap((member) =>
      member.signals.map((signal, number) => ({
        member,
        signal,
        start: member.axis.at(signal.start),
        id: number * this.members.length + member.facts.place,
      })),
    );
    const chosen = all.find(({ member, signal }) => member.chosen === signal);
    const next = neighborOf(chosen, direction, place, all);
    if (next) this.choose(next.member, next.signal);
  }

  // By seconds of the recording that was used last.
  skip(seconds) {
    const { active } = this.#together;
    this.seekIn(active, this.#together.timeOf(active) + seconds);
  }

  // To a share (0-1) of the axis.
  seekShare(share) {
    const [member] = this.#together.isLocked ? this.members : [this.#together.active];
    const [from, to] = this.#together.isLocked ? member.axis.extent : [0, member.lengthS];
    this.seekIn(member, from + share * (to - from));
  }

  toggle() {
    this.#together.toggle();
  }

  setLocked(isLocked) {
    if (isLocked === this.#together.isLocked) return;
    this.#together.lock(isLocked);
    this.#showAll();
    this.say(isLocked ? "Players run together" : "Each player runs by itself");
  }

  showKeys() {
    this.dialog.showModal();
  }

  say(text) {
    say(this.said, text);
  }

  // ---- what is looked at, in the address ------------------------------------------------------

  get look() {
    return {
      time: this.members[0].axis.own(this.#together.place),
      shifts: this.members.map(({ axis }) => axis.shiftS),
      unit: this.#unit,
      isLocked: this.#together.isLocked,
    };
  }

  get hasBegun() {
    return this.#together !== null;
  }

  get muted() {
    return this.#muted;
  }

  // Which recordings are compared.
  get ids() {
    return this.members.map(({ facts }) => facts.id).join();
  }

  #isAddressed(params) {
    const { named } = this.#settings;
    return Boolean(named) && params.get("compare") === named;
  }

  #addressed() {
    const { searchParams } = new URL(location.href);
    const params = this.#isAddressed(searchParams) ? searchParams : new URLSearchParams();
    return readComparison(params, this.#settings.count);
  }

  lookChanged() {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => {
      const here = new URL(location.href);
      if (!this.#isAddressed(here.searchParams)) return;
      writeComparison(here.searchParams, this.look);
      if (here.href !== location.href) history.replaceState(history.state, "", here);
    }, WRITE_ADDRESS_AFTER_MS);
  }
}

const withoutMark = (item) => ({ ...item, mark: "" });

// The period of a signal of one recording, in the time of another on the same axis.
const periodIn = (member, { axis }, { start, end }) => ({
  start: member.axis.own(axis.at(start)),
  end: member.axis.own(axis.at(end)),
});
