// Mounts the parts of the result view that the browser draws: the chips, the list and the cards.

import { ResultView } from "./view.js";

// The parts of a result share one view; they are mounted in any order, and again when data changes.
const views = (window.interhumanViews ??= new Map());

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const held = parentElement.interhumanHeld;
  if (!held || held.id !== data.view) {
    // The same result with its recording, say, is another view, and goes on where this one was.
    const before = held && views.get(held.id);
    if (!views.has(data.view)) views.set(data.view, new ResultView(before));
    held?.leave();
    const letGo = views.get(data.view).hold();
    parentElement.interhumanHeld = { id: data.view, leave: () => letGo() && views.delete(data.view) };
  }
  const view = views.get(data.view);
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
  return () => {
    parentElement.interhumanHeld?.leave();
    parentElement.interhumanHeld = null;
  };
}
