// Views that several mounts of a component share; they are mounted in any order, and again when data changes.

const views = (window.interhumanViews ??= new Map());

// Returns the view of that id, which this mount holds from now on. `create` makes it, given the one that the mount
// held: that of the same result with its recording, say, goes on where the one before was.
export function heldView(parentElement, id, create) {
  const held = parentElement.interhumanHeld;
  if (!held || held.id !== id) {
    if (!views.has(id)) views.set(id, create(held && views.get(held.id)));
    held?.leave();
    const letGo = views.get(id).hold();
    parentElement.interhumanHeld = { id, leave: () => letGo() && views.delete(id) };
  }
  return views.get(id);
}

export function leaveView(parentElement) {
  parentElement.interhumanHeld?.leave();
  parentElement.interhumanHeld = null;
}
