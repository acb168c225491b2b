// Recording oneself: what a person does and what happens to the devices, from the open camera to a file that the
// page has. It outlives its place in the page, so that nothing that was recorded is lost when that is drawn anew.

import { clock } from "../../../result/browser/clock.js";
import { Camera, listDevices } from "./camera.js";
import { Handing } from "./handing.js";
import { Level } from "./level.js";
import { Presence } from "./presence.js";
import { Presses, listenToKeys } from "./presses.js";
import { ENDINGS_IN_WORDS, MODES, obstacleHere, problemWords } from "./problems.js";
import { Taking } from "./taking.js";
import { View } from "./view.js";
import { phaseWords } from "./words.js";

const COUNT_FROM = 3;
const TICK_MS = 100;
const SILENT_AFTER_S = 4;
const NO_DEVICES = { camera: [], microphone: [] };

const TURNED_OFF = "The camera and microphone are off: this page was in the background for a minute.";
const NOTHING = "Nothing was recorded. Try again.";
const NOT_SENT_WORDS = "The upload failed. The recording is still here: try again, or save the file.";

export class Recorder {
  phase = "closed";
  mode = "both";
  take = null;
  #ids = {};
  #found = NO_DEVICES;
  #since = 0; // when the phase began
  #timers = {};
  #level = new Level();
  #camera = new Camera((kind) => this.#lost(kind));

  constructor() {
    const acts = {
      main: () => this.#pressMain(),
      mode: (mode) => this.#turnOn({ mode }),
      device: (kind, id) => this.#turnOn({ ids: { [kind]: id } }),
      retry: () => this.#turnOn({}),
      back: () => this.#go("review"),
      again: () => this.#turnOn({}),
      saved: () => (this.isSaved = true),
      analyze: () => this.#handOver(),
      unsend: () => this.#go("review"),
      close: () => this.#close(),
    };
    const presses = new Presses();
    const since = { analyze: () => this.#since };
    this.view = new View(
      Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, presses.once(act, since[name])])),
    );
    listenToKeys(this.view.root, {
      phase: () => this.phase,
      stop: () => this.taking.stop(),
      cancel: () => this.#go("ready"),
    });
    this.presence = new Presence({
      left: () => this.leave(),
      returned: () => this.isOpen && this.#open(),
      hidden: () => this.#hiddenLong(),
    });
    window.addEventListener("beforeunload", (event) => this.#isUnsaved && event.preventDefault());
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#devicesChanged());
  }

  get #isUnsaved() {
    return this.phase === "recording" || (this.take !== null && !this.isSaved);
  }

  // Takes in what the page says. A session that lost its server's memory doesn't know that this is open.
  update(data, tell) {
    const isAnotherSession = this.data && this.data.session !== data.session;
    [this.data, this.tell] = [data, tell];
    this.view.opener = `.${data.opener} button`;
    if (this.take && data.arrived?.name === this.take.file.name && data.arrived.size_bytes === this.take.file.size) {
      this.#handedOver();
    } else if (
      isAnotherSession &&
      !data.open &&
      this.isOpen &&
      (this.#isUnsaved || this.taking || this.phase === "handing")
    ) {
      this.tell("asked", "open");
      if (this.phase === "handing") this.#handOver(); // the session that was given it is gone
      return;
    }
    if (data.open && this.isClosedHere) return this.tell("asked", "close"); // that was lost on its way
    this.isClosedHere = false;
    this.isOpen = data.open;
    if (!data.open) this.leave();
    else if (this.phase !== "closed") this.#show();
    else this.#open();
  }

  #open() {
    this.isNew = true; // to whoever opened it, which may be out of view
    if (this.take) this.#go("review");
    else this.#turnOn({});
  }

  // At once, and also where there is no connection.
  #close() {
    this.isOpen = false;
    this.isClosedHere = true;
    this.leave();
    this.tell("asked", "close");
  }

  // Turns everything off, and keeps what was recorded.
  leave() {
    this.taking?.stop("left");
    this.#go("closed");
  }

  #go(phase, more = {}) {
    const isLive = ["opening", "ready", "counting", "recording"].includes(phase);
    if (!isLive) this.#off();
    this.handing?.end();
    this.handing = null;
    clearTimeout(this.#timers.count);
    Object.assign(this, { problem: null, retry: "Try again", count: null, note: null }, more);
    if (phase !== this.phase) this.#since = performance.now();
    this.phase = phase;
    this.#show();
    if (this.isNew && phase !== "opening" && phase !== "closed") this.view.reveal();
    this.isNew &&= phase === "opening";
  }

  #off() {
    this.#camera.close();
    this.#level.stop();
    this.lock?.release();
    this.lock = null;
    clearInterval(this.#timers.tick);
    this.view.picture.srcObject = null;
    this.view.showHint("");
  }

  async #turnOn({ mode = this.mode, ids = {} }) {
    this.mode = mode;
    this.#ids = { ...this.#ids, ...ids };
    const obstacle = obstacleHere(MODES[mode]);
    if (obstacle) return this.#go("problem", { problem: obstacle });
    if (this.presence.isAway) return this.#stayOff();
    this.view.showTime(0);
    this.#go("opening");
    try {
      if (!(await this.#camera.open(MODES[mode], this.#ids))) return;
      this.#found = await listDevices();
    } catch (error) {
      return this.#refused(error);
    }
    if (this.#camera.stream === null) return;
    this.view.picture.srcObject = this.#camera.stream;
    this.view.loudness.clear();
    this.#level.follow(this.#camera.stream, (level, silentS) => this.#heard(level, silentS));
    this.#go("ready");
    this.view.tell("Ready to record.");
  }

  async #refused(error) {
    const { phase } = this;
    this.#found = await listDevices().catch(() => NO_DEVICES);
    if (this.phase !== phase) return;
    const { camera, microphone } = this.#found;
    const found = { cameras: camera.length, microphones: microphone.length };
    this.#fail(problemWords(error, this.mode, found));
  }

  #fail(problem, retry = "Try again") {
    this.#go("problem", { problem, retry });
    this.view.tell(problem);
  }

  #pressMain() {
    if (this.phase === "ready") this.#countDown(COUNT_FROM);
    else if (this.phase === "counting") this.#go("ready");
    else if (this.phase === "recording") this.taking.stop();
  }

  #countDown(count) {
    if (count === 0) return this.#record();
    this.#go("counting", { count });
    this.view.tell(String(count));
    this.#timers.count = setTimeout(() => this.#countDown(count - 1), 1000);
  }

  #record() {
    const { max_bytes: maxBytes, max_seconds: maxSeconds } = this.data;
    const limits = { maxBytes, maxSeconds: maxSeconds[this.mode === "sound" ? "sound" : "picture"] };
    try {
      this.taking = new Taking(this.#camera.stream, limits, (take) => this.#taken(take));
    } catch (error) {
      return this.#refused(error);
    }
    this.#timers.tick = setInterval(() => this.#tick(), TICK_MS);
    // A phone that goes dark would hide the page. Where this is refused, it may.
    navigator.wakeLock?.request("screen").then(
      (lock) => (this.taking ? (this.lock = lock) : lock.release()),
      () => {},
    );
    this.#go("recording");
    this.view.tell("Recording.");
  }

  #tick() {
    if (!this.taking) return;
    this.taking.look();
    this.view.showTime(this.taking.seconds, this.taking.maxSeconds);
  }

  #taken(take) {
    this.taking = null;
    if (take) {
      this.#forget(); // not before there is another
      this.take = take;
      this.isSaved = false;
    }
    if (!this.isOpen) return this.#go("closed");
    if (!take) return this.#fail(NOTHING);
    this.#go("review");
    this.view.tell(`Recorded ${clock(take.seconds)}. ${ENDINGS_IN_WORDS[take.why] ?? ""}`);
  }

  #forget() {
    if (!this.take) return;
    URL.revokeObjectURL(this.take.url);
    this.take = null;
    this.view.forget();
  }

  #handOver() {
    if (!["review", "handing"].includes(this.phase) || this.#tooShort) return;
    this.#go("handing");
    this.view.showHanding(false);
    const given = () => this.view.showHanding(true);
    const failed = () => {
      this.#go("review", { note: NOT_SENT_WORDS });
      this.view.tell(NOT_SENT_WORDS);
    };
    this.handing = new Handing(this.take.file, this.data.uploader, { given, failed });
  }

  #handedOver() {
    const isAsked = this.phase === "handing";
    const { hasPicture } = this.take;
    if (isAsked || this.phase === "review") this.#go("closed");
    this.#forget();
    if (isAsked) this.tell("handed", hasPicture ? "picture" : "sound");
  }

  get #tooShort() {
    return this.take !== null && this.take.seconds < this.data.min_seconds;
  }

  #lost(kind) {
    if (this.taking) this.taking.stop(kind);
    else this.#fail(`The ${kind} was disconnected. Connect it again, or use another.`);
  }

  #show() {
    const { mode, take, data, problem, retry, count } = this;
    const state = { mode, take, problem, retry, count, hasSound: MODES[mode].sound };
    this.view.show(this.phase, {
      ...state,
      isBusy: data.busy || this.#tooShort,
      ...phaseWords(this.phase, { take, note: this.note, data, mode }),
      found: this.#found,
      used: this.#camera.used,
      isMirrored: this.#camera.isMirrored,
    });
  }

  #heard(level, silentS) {
    this.view.loudness.add(level);
    this.view.showHint(
      silentS > SILENT_AFTER_S ? "No sound from the microphone. Check that it isn't muted, or choose another." : "",
    );
  }

  async #devicesChanged() {
    if (!["opening", "ready", "problem"].includes(this.phase)) return;
    this.#found = await listDevices();
    this.#show();
  }

  #stayOff() {
    this.#fail(TURNED_OFF, "Turn on again");
  }

  #hiddenLong() {
    if (this.taking) this.taking.stop("hidden");
    else if (this.#camera.stream || this.phase === "opening") this.#stayOff();
  }
}
