// What the browser records, how large it gets, and what the file is called.

// The first is what the API takes as it is, and what every program plays.
const PICTURE_TYPES = [
  'video/mp4;codecs="avc1.42E01F,mp4a.40.2"',
  "video/webm;codecs=vp8,opus",
  "video/mp4",
  "video/webm",
];
const SOUND_TYPES = ['audio/mp4;codecs="mp4a.40.2"', "audio/webm;codecs=opus", "audio/mp4", "audio/webm", "audio/ogg"];
const ENDINGS = { "video/mp4": ".mp4", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "video/x-matroska": ".mkv" };

// In bits per second. At these, three minutes are below the 32 MiB that the API takes.
const PICTURE_BITS = 1_250_000;
const SOUND_BITS = 128_000;
const LARGER_THAN_ASKED = 1.2; // as encoders may write

// Returns the best of the types that the browser records; "" has it choose.
export function recordedType(hasPicture, isSupported) {
  return (hasPicture ? PICTURE_TYPES : SOUND_TYPES).find(isSupported) ?? "";
}

export function recorderOptions(hasPicture, isSupported) {
  const mimeType = recordedType(hasPicture, isSupported);
  return { mimeType, videoBitsPerSecond: PICTURE_BITS, audioBitsPerSecond: SOUND_BITS };
}

// Names a file by its type and the local time at which it was recorded.
export function recordingName(type, at) {
  const pad = (number) => String(number).padStart(2, "0");
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(pad).join("-");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(".");
  return `Recording ${day} ${time}${ENDINGS[type.split(";")[0]] ?? ".webm"}`;
}

// Returns how long a recording may get, in seconds: as the model has it, or until it is too large to upload.
export function maxLength({ hasPicture, maxSeconds, maxBytes }) {
  const bytesPerS = ((hasPicture ? PICTURE_BITS : 0) + SOUND_BITS) / 8;
  const untilTooLarge = Math.floor(maxBytes / (bytesPerS * LARGER_THAN_ASKED));
  // A second less than the model takes: the last piece may be longer than asked for.
  return Math.min(untilTooLarge, maxSeconds === null ? Infinity : maxSeconds - 1);
}

export const megabytes = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
