// Why there is no picture or sound from this machine, and what to do, in words.

export const MODES = {
  both: { picture: true, sound: true, label: "Video and audio", devices: "camera and microphone" },
  sound: { picture: false, sound: true, label: "Audio only", devices: "microphone" },
  picture: { picture: true, sound: false, label: "Video only", devices: "camera" },
};

const NOT_SERVED_SAFELY =
  "Browsers give a page the camera and microphone only over https, or on this computer as localhost. Open this " +
  "page that way, or upload a recording.";
const CANNOT_RECORD =
  "This browser can't record. Use a current version of Chrome, Edge, Firefox or Safari, or upload a recording.";
const EMBEDDED =
  "The page that this app is embedded in doesn't share the camera and microphone with it. Open the app in a tab of its own.";

// Returns what speaks against recording before anything is asked for, or null.
export function obstacle({ isSecure, hasDevices, hasRecorder, isAllowedHere }) {
  if (!isSecure) return NOT_SERVED_SAFELY;
  if (!hasDevices || !hasRecorder) return CANNOT_RECORD;
  return isAllowedHere ? null : EMBEDDED;
}

export function obstacleHere({ picture, sound }) {
  const needed = [picture && "camera", sound && "microphone"].filter(Boolean);
  const policy = document.permissionsPolicy ?? document.featurePolicy; // Chromium's alone
  return obstacle({
    isSecure: window.isSecureContext,
    hasDevices: Boolean(navigator.mediaDevices?.getUserMedia),
    hasRecorder: "MediaRecorder" in window,
    isAllowedHere: needed.every((name) => policy?.allowsFeature(name) ?? true),
  });
}

const capitalized = (words) => words[0].toUpperCase() + words.slice(1);

// Returns what is missing for a mode; `found` counts the machine's cameras and microphones.
function missing({ picture, sound }, { cameras, microphones }) {
  const lacks = [picture && !cameras && "camera", sound && !microphones && "microphone"].filter(Boolean);
  return lacks.length ? lacks.join(" or ") : null;
}

function withoutDevice(mode, found) {
  const what = missing(MODES[mode], found) ?? MODES[mode].devices;
  const other = ["sound", "picture"].find((one) => one !== mode && missing(MODES[one], found) === null);
  const instead = other ? `, or choose ${MODES[other].label}` : ", or upload a recording";
  return `No ${what} was found. Connect one${instead}.`;
}

function notAllowed(devices, message) {
  if (/system/i.test(message))
    return `This computer doesn't let the browser use the ${devices}. Allow it in the system's privacy settings, then try again.`;
  if (/dismiss/i.test(message))
    return `Your browser asked whether this page may use the ${devices}, and got no answer. Try again, and choose Allow.`;
  const them = devices === MODES.both.devices ? "them" : "it";
  return `Your browser blocks the ${devices} for this page. Allow ${them} with the icon next to the address, then try again.`;
}

// Returns what to say of an error of `getUserMedia` or a recorder.
export function problemWords({ name, message }, mode, found) {
  const { devices } = MODES[mode];
  if (name === "NotAllowedError") return notAllowed(devices, message);
  if (name === "SecurityError") return EMBEDDED;
  if (name === "NotFoundError" || name === "OverconstrainedError") return withoutDevice(mode, found);
  if (name === "NotReadableError" || name === "AbortError")
    return `${capitalized(devices)} didn't start: another program may be using it. Close that one, such as a call, then try again.`;
  return `${capitalized(devices)} can't be recorded here (${message || name}). Try again, or upload a recording.`;
}

// Why a recording ended, where the person didn't end it.
export const ENDINGS_IN_WORDS = {
  limit: "It ended at the longest that is analyzed in one request.",
  size: "It ended at the largest that can be uploaded.",
  microphone: "It ended when the microphone was disconnected. What was recorded until then is here.",
  camera: "It ended when the camera was disconnected. What was recorded until then is here.",
  hidden: "It ended after this page was in the background for a minute. What was recorded until then is here.",
  left: "It ended when you closed the recorder or left the page. What was recorded until then is here.",
  failed: "The browser stopped recording. What was recorded until then is here.",
};
