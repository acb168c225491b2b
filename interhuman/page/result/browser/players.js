// What has a time that moves: the recording on the page or, where there is none, a clock of its own.

import { cuesOf } from "./captions.js";
import { button, make } from "../../browser/dom.js";

const EVENTS = ["play", "pause", "seeking", "seeked", "ratechange", "timeupdate", "loadedmetadata", "ended"];

const CAPTIONS = "Signals";

const SAME_S = 0.05; // browsers round times

const FAILED = "The recording couldn't be loaded. If trying again doesn't help, reload the page.";

export class RecordingPlayer {
  constructor(media, startS, changed) {
    this.media = media;
    this.#startS = startS;
    this.#changed = changed;
    for (const name of EVENTS) media.addEventListener(name, changed);
    if (!this.#track) media.addTextTrack("captions", CAPTIONS, "en");
    media.textTracks.addEventListener("change", this.#onTracks);
    media.addEventListener("error", this.#onError);
    media.addEventListener("loadedmetadata", this.#onLoaded);
    media.addEventListener("seeked", this.#onSeeked);
    if (media.error) this.#onError();
  }

  #changed;
  #startS; // what the browser shows at the first moment, which is 0 everywhere else
  #signals = []; // those that captions are made of, once they are on
  #isStale = false;
  #wantedS = null; // where to go as soon as the recording is loaded
  #askedS = null; // where the view went last
  #failure = null;

  // A browser shows a player that has nothing to play, and says nothing.
  #onError = () => {
    if (this.#failure) return;
    const again = button("Try again", () => this.#loadAgain(), { class: "ih-try-again" });
    this.#failure = make("div", { role: "alert", class: "ih-failed-player" }, make("span", { text: FAILED }), again);
    this.media.after(this.#failure);
  };

  // Streamlit sets a recording to its start time when it hears of this, which may be after a seek.
  #onLoaded = () => {
    this.#removeFailure();
    if (this.#askedS !== null) setTimeout(() => this.seek(this.#askedS));
  };

  #removeFailure() {
    this.#failure?.remove();
    this.#failure = null;
  }

  // Chromium shows the recording's own clock, which may begin later than 0 and is never before its
  // beginning; other browsers count from 0.
  #onSeeked = () => {
    if (this.#startS === 0 || this.media.seeking || this.media.currentTime > this.#startS - 0.1) return;
    this.#startS = 0;
    this.setCaptions(this.#signals);
    this.#changed();
  };

  #loadAgain() {
    const { time } = this;
    this.#removeFailure();
    this.media.load();
    this.seek(time);
  }

  get time() {
    return this.#wantedS ?? Math.max(0, this.media.currentTime - this.#startS);
  }

  get playing() {
    return !this.media.paused && !this.media.ended;
  }

  get ended() {
    return this.media.ended;
  }

  // Whether it has nothing to play, until it is loaded again.
  get hasFailed() {
    return this.media.error !== null;
  }

  // Whether its time goes on: not while it waits for what it is to play.
  get isRunning() {
    const { readyState, seeking } = this.media;
    return this.playing && !seeking && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  // Whether it is on the way to where nobody but the person sent it, by the browser's own controls.
  get isMovedByHand() {
    if (!this.media.seeking || this.#askedS === null || this.#wantedS !== null) return false;
    const { duration, currentTime } = this.media;
    const asked = this.#askedS + this.#startS;
    return Math.abs(currentTime - (duration > 0 ? Math.min(asked, duration) : asked)) > SAME_S;
  }

  get speed() {
    return this.media.playbackRate;
  }

  set speed(rate) {
    // A recording that is loaded later starts at the default rate.
    this.media.defaultPlaybackRate = rate;
    this.media.playbackRate = rate;
  }

  seek(seconds) {
    this.#askedS = seconds;
    this.media.currentTime = seconds + this.#startS;
    const isLoaded = this.media.readyState >= HTMLMediaElement.HAVE_METADATA;
    this.#wantedS = isLoaded ? null : seconds;
  }

  play() {
    // Refused where the browser wants a gesture first, or knows no way to play it; it says so itself.
    this.media.play().catch(() => this.#changed());
  }

  pause() {
    this.media.pause();
  }

  get #track() {
    return [...this.media.textTracks].find(({ label }) => label === CAPTIONS);
  }

  // The browser's own menu turns them on and off, too.
  #onTracks = () => {
    this.#fill();
    this.#changed();
  };

  // Whether captions are on; null where there is no picture to show them on.
  get captions() {
    return this.media instanceof HTMLVideoElement ? this.#track?.mode === "showing" : null;
  }

  set captions(shown) {
    if (this.#track) this.#track.mode = shown ? "showing" : "hidden";
  }

  // Takes in the signals that captions are made of, in the order of their starts.
  setCaptions(signals) {
    this.#signals = signals;
    this.#isStale = true;
    this.#fill();
  }

  #fill() {
    const track = this.#track;
    if (!this.#isStale || track?.mode !== "showing") return;
    this.#isStale = false;
    for (const cue of Array.from(track.cues)) track.removeCue(cue);
    for (const [from, to, text] of cuesOf(this.#signals))
      track.addCue(new VTTCue(from + this.#startS, to + this.#startS, text));
  }

  release() {
    for (const name of EVENTS) this.media.removeEventListener(name, this.#changed);
    this.media.textTracks.removeEventListener("change", this.#onTracks);
    this.media.removeEventListener("error", this.#onError);
    this.media.removeEventListener("loadedmetadata", this.#onLoaded);
    this.media.removeEventListener("seeked", this.#onSeeked);
    this.#removeFailure();
  }
}

export class ClockPlayer {
  constructor(endS, changed) {
    this.#endS = endS;
    this.#changed = changed;
  }

  #endS;
  #changed;
  #atS = 0;
  #since = null;
  #speed = 1;

  get time() {
    if (this.#since === null) return this.#atS;
    return Math.min(this.#atS + ((performance.now() - this.#since) / 1000) * this.#speed, this.#endS);
  }

  get playing() {
    return this.#since !== null && this.time < this.#endS;
  }

  get ended() {
    return this.time >= this.#endS;
  }

  get isRunning() {
    return this.playing;
  }

  get isMovedByHand() {
    return false;
  }

  get speed() {
    return this.#speed;
  }

  set speed(rate) {
    this.#atS = this.time;
    if (this.#since !== null) this.#since = performance.now();
    this.#speed = rate;
    this.#changed();
  }

  seek(seconds) {
    this.#atS = seconds;
    if (this.#since !== null) this.#since = performance.now();
    this.#changed();
  }

  play() {
    if (this.time >= this.#endS) this.#atS = 0;
    this.#since = performance.now();
    this.#changed();
  }

  pause() {
    this.#atS = this.time;
    this.#since = null;
    this.#changed();
  }

  // There is nothing to show them on.
  get captions() {
    return null;
  }

  set captions(_) {}

  setCaptions() {}

  release() {
    this.#since = null;
  }
}
