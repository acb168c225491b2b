// Mounts the parts of linked tracks that the browser draws: the bar above all, and what stands above each one.

import { LinkedView } from "./linked.js";
import { heldView, leaveView } from "../../result/browser/mounts.js";
import { mountFirst } from "../../result/browser/parts.js";

function mountPart({ data, parentElement, setTriggerValue }) {
  const view = heldView(parentElement, data.view, (before) => new LinkedView(before));
  if (data.part === "bar") view.mountBar(parentElement, data, () => setTriggerValue("theme", true));
  else view.mountMember(parentElement, data);
  return () => leaveView(parentElement);
}

export default function (component) {
  return mountFirst("linked", mountPart, component);
}
