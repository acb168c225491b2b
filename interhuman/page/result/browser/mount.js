// Mounts the parts of the result view that the browser draws: the chips, the list and the cards.

import { heldView, leaveView } from "./mounts.js";
import { mountFirst } from "./parts.js";
import { ResultView } from "./view.js";

function mountPart({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = heldView(parentElement, data.view, (before) => new ResultView(before));
  if (data.part === "chips") view.mountChips(parentElement, data, (filter) => setStateValue("filter", filter));
  else if (data.part === "list") view.mountList(parentElement, data, () => setTriggerValue("rules", true));
  else if (data.part === "reporter") view.mountReporter((changes) => setStateValue("changes", changes));
  else if (data.part === "notes") view.mountNotes(parentElement);
  else if (data.part === "clip")
    view.mountClip(data, {
      save: (span) => setTriggerValue("save", span),
      look: () => setTriggerValue("look", true),
      drop: () => setTriggerValue("drop", true),
    });
  else if (data.part === "quality") view.mountQuality(parentElement, data, () => setTriggerValue("limits", true));
  else view.mountCard(parentElement, data);
  return () => leaveView(parentElement);
}

export default function (component) {
  return mountFirst("result", mountPart, component);
}
