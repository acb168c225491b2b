// How loud the microphone is, ten times a second.

const LOOK_EVERY_MS = 100;
const FLOOR_DB = -60;
const AUDIBLE = 0.2; // of the level; a quiet room stays below

// Returns the level of samples from -1 to 1, as a share of the way from -60 dB to full scale.
export function levelOf(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(Math.max(power, 1e-12));
  return Math.min(Math.max(1 - decibels / FLOOR_DB, 0), 1);
}

export class Level {
  #context = null;
  #timer = null;
  #heardAt = 0;

  // Follows the sound of a stream; `show` gets the level, and for how many seconds nothing was heard. One records
  // without this, too, where a browser refuses it.
  follow(stream, show) {
    this.stop();
    if (!stream.getAudioTracks().length) return;
    try {
      this.#measure(stream, show);
    } catch (error) {
      console.warn("The level of the sound can't be shown.", error);
    }
  }

  #measure(stream, show) {
    this.#context = new AudioContext();
    this.#context.resume(); // some browsers begin paused
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#heardAt = performance.now();
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = levelOf(samples);
      if (level > AUDIBLE) this.#heardAt = performance.now();
      show(level, (performance.now() - this.#heardAt) / 1000);
    }, LOOK_EVERY_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#context?.close();
    this.#context = null;
  }
}
