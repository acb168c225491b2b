// The camera and the microphone: one stream at a time, and what there is to choose from.

const PICTURE = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const KINDS = { videoinput: "camera", audioinput: "microphone" };
const IS_ANOTHER_NAME = "communications"; // as Chrome on Windows lists a microphone once more

const stopAll = (stream) => stream.getTracks().forEach((track) => track.stop());

// Returns what to ask the browser for: the devices that were chosen, or else whatever it proposes.
function wanted({ picture, sound }, ids) {
  const these = (id, otherwise = {}) => (id ? { deviceId: { exact: id } } : otherwise);
  return {
    video: picture && { ...PICTURE, ...these(ids.camera, { facingMode: "user" }) },
    audio: sound && these(ids.microphone),
  };
}

async function ask(mode, ids) {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted(mode, ids));
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return await navigator.mediaDevices.getUserMedia(wanted(mode, {})); // what was chosen is gone
  }
}

export class Camera {
  stream = null;
  #asked = 0;

  // `lost` is called with "camera" or "microphone" when one ends that was not turned off here.
  constructor(lost) {
    this.lost = lost;
  }

  // Turns on what a mode wants; false where it was turned off again or another was asked for meanwhile.
  async open(mode, ids) {
    this.close();
    const asked = this.#asked;
    let stream = null;
    try {
      stream = await ask(mode, ids);
    } catch (error) {
      if (asked === this.#asked) throw error;
      return false;
    }
    if (asked !== this.#asked) {
      stopAll(stream);
      return false;
    }
    this.stream = stream;
    for (const track of stream.getTracks())
      track.addEventListener("ended", () => this.stream === stream && this.lost(KINDS[`${track.kind}input`]));
    return true;
  }

  close() {
    this.#asked += 1;
    if (this.stream) stopAll(this.stream);
    this.stream = null;
  }

  // The ids of what is on.
  get used() {
    const idOf = (track) => track?.getSettings().deviceId ?? null;
    return { camera: idOf(this.stream?.getVideoTracks()[0]), microphone: idOf(this.stream?.getAudioTracks()[0]) };
  }

  // A camera that looks away from the person is not mirrored.
  get isMirrored() {
    return this.stream?.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
  }
}

// Returns what the machine has; names are known only after permission was given.
export async function listDevices() {
  const listed = await navigator.mediaDevices.enumerateDevices();
  const found = { camera: [], microphone: [] };
  for (const { kind, label, deviceId } of listed) {
    const those = found[KINDS[kind]];
    if (those && deviceId !== IS_ANOTHER_NAME)
      those.push({ id: deviceId, label: label || `${KINDS[kind]} ${those.length + 1}` });
  }
  return found;
}
