// What is recorded, and with which camera and microphone.

import { make, setText } from "../../../browser/dom.js";
import { MODES } from "./problems.js";

const DEVICES = { camera: "Camera", microphone: "Microphone" };
const USED_IN = { camera: "picture", microphone: "sound" };

export class Choices {
  // `chooseMode` gets one of `MODES`, `chooseDevice` a kind and the id of one.
  constructor(chooseMode, chooseDevice) {
    this.radios = Object.entries(MODES).map(([mode, { label }]) => {
      const radio = make("input", { type: "radio", name: "mode", value: mode });
      radio.addEventListener("change", () => chooseMode(mode));
      return [radio, make("label", {}, radio, make("span", { text: label }))];
    });
    const legend = make("legend", { text: "What to record" });
    this.modes = make("fieldset", { class: "modes" }, legend, ...this.radios.map(([, label]) => label));
    this.selects = Object.entries(DEVICES).map(([kind, label]) => {
      const select = make("select");
      select.addEventListener("change", () => chooseDevice(kind, select.value));
      return { kind, select, field: make("label", { class: "device" }, make("span", { text: label }), select) };
    });
    this.devices = make("div", { class: "devices" }, ...this.selects.map(({ field }) => field));
  }

  // `isFixed` while something is recorded.
  show({ mode, found, used, isFixed }) {
    for (const [radio] of this.radios) {
      radio.checked = radio.value === mode;
      radio.disabled = isFixed;
    }
    for (const { kind, select, field } of this.selects) {
      field.hidden = !MODES[mode][USED_IN[kind]] || !found[kind].some(({ id }) => id);
      select.disabled = isFixed;
      this.#list(select, found[kind]);
      select.value = used[kind] ?? found[kind][0]?.id ?? "";
    }
  }

  #list(select, devices) {
    while (select.length > devices.length) select.remove(select.length - 1);
    for (const [place, { id, label }] of devices.entries()) {
      const option = select.options[place] ?? select.appendChild(make("option"));
      option.value = id;
      setText(option, label);
    }
  }
}
