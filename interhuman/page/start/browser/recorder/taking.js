// One recording while it is made. What there is of it is never lost, however it ends.

import { maxLength, recorderOptions, recordingName } from "./formats.js";
import { withWrittenLength } from "./webm.js";

const PIECE_MS = 1000; // what a recorder that breaks down may take with it
const PIECES_SPARE = 3; // that still fit when a recording is stopped for its size

export class Taking {
  bytes = 0; // of what the browser has given of it so far
  #pieces = [];
  #largest = 0;
  #began = null;
  #seconds = null;
  #why = null;

  // `finished` gets the recording, or null where there is nothing of it. Raises what MediaRecorder raises.
  constructor(stream, limits, finished) {
    this.hasPicture = stream.getVideoTracks().length > 0;
    this.hasSound = stream.getAudioTracks().length > 0;
    this.maxSeconds = maxLength({ ...limits, hasPicture: this.hasPicture });
    this.limits = limits;
    const isSupported = (type) => MediaRecorder.isTypeSupported(type);
    this.recorder = new MediaRecorder(stream, recorderOptions(this.hasPicture, isSupported));
    this.at = new Date();
    const heard = {
      start: () => (this.#began = performance.now()),
      dataavailable: ({ data }) => this.#take(data),
      error: () => this.stop("failed"),
      stop: async () => finished(await this.#finish()),
    };
    for (const [name, listener] of Object.entries(heard)) this.recorder.addEventListener(name, listener);
    this.recorder.start(PIECE_MS);
  }

  get seconds() {
    if (this.#seconds !== null) return this.#seconds;
    return this.#began === null ? 0 : (performance.now() - this.#began) / 1000;
  }

  // Ends it; `why` is null where the person did, else one of `ENDINGS_IN_WORDS`.
  stop(why = null) {
    if (this.#seconds !== null) return;
    this.#seconds = this.seconds;
    this.#why = why;
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  // Ends it where it is as long as it may be.
  look() {
    if (this.seconds < this.maxSeconds) return;
    const isForModel = this.limits.maxSeconds !== null && this.limits.maxSeconds < this.maxSeconds + 2;
    this.stop(isForModel ? "limit" : "size");
  }

  #take(piece) {
    this.#pieces.push(piece);
    this.bytes += piece.size;
    this.#largest = Math.max(this.#largest, piece.size);
    if (this.bytes + PIECES_SPARE * this.#largest > this.limits.maxBytes) this.stop("size");
  }

  async #finish() {
    this.stop("failed"); // nobody else did
    const { mimeType } = this.recorder;
    const whole = new File(this.#pieces, recordingName(mimeType, this.at), { type: mimeType.split(";")[0] });
    if (whole.size === 0) return null;
    const file = await withWrittenLength(whole, this.#seconds).catch(() => whole);
    const { hasPicture, hasSound } = this;
    return { file, hasPicture, hasSound, seconds: this.#seconds, why: this.#why, url: URL.createObjectURL(file) };
  }
}
