// What stands beside the camera and the recording.

import { clock } from "../../../result/browser/clock.js";
import { maxLength, megabytes } from "./formats.js";
import { ENDINGS_IN_WORDS } from "./problems.js";

const ASKING = "Starting. If your browser asks, choose Allow.";
const KEPT = "It's only in this browser until you press Analyze. Closing or reloading this tab deletes it.";
const STAYS = "Nothing leaves this computer before you press Analyze.";
const KEPT_UNTIL_UPLOADED = "Closing or reloading this tab before the app has it deletes it.";
const RECORDING = "Recorded in this browser only, even if the connection drops.";
const NOTES = { recording: RECORDING, review: KEPT, handing: KEPT_UNTIL_UPLOADED };
export const WAITING = "No connection to the app. The upload starts when it's back.";
export const SENDING = "Uploading. It stays in this browser until the app has it.";
const BUSY = "Another analysis is running. You can analyze this one afterwards.";

// `mode` is one of `MODES`; `take` is the recording there is, or null, and `note` what became of it.
export function phaseWords(phase, { mode, take, note, data }) {
  const hasPicture = mode !== "sound";
  const { max_bytes: maxBytes, max_seconds: maxSeconds } = data;
  const longest = maxLength({ hasPicture, maxBytes, maxSeconds: maxSeconds[hasPicture ? "picture" : "sound"] });
  return {
    waiting: ASKING,
    limit: `max ${clock(longest)}`,
    note: note ?? NOTES[phase] ?? STAYS,
    ...(take && takeWords(take, data)),
  };
}

function takeWords({ file, seconds, why, hasPicture, hasSound }, { min_seconds: least, model, sound_model, busy }) {
  const needsOther = !hasPicture && sound_model !== null;
  const facts = [
    ENDINGS_IN_WORDS[why],
    seconds < least && `It's too short: at least ${least} seconds can be analyzed.`,
    needsOther && `${model} needs video. Audio alone is analyzed with ${sound_model}.`,
    !hasSound && "It has no audio, so the results will mean little.",
    hasPicture && "Shown as others see you, not mirrored.",
    busy && BUSY,
  ];
  return {
    title: `${file.name} · ${clock(seconds)} · ${megabytes(file.size)}`,
    why: facts.filter(Boolean).join(" "),
    analyze: needsOther ? `Analyze with ${sound_model}` : "Analyze",
  };
}
