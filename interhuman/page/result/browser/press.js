// Presses on the items of a list, which count though an item moves from under the pointer meanwhile.

export const SLOP_PX = 4; // moved less than this, a press is a click

// Calls `choose` with the element in `list` that matches `selector` and was pressed.
export function onPress(list, selector, choose) {
  let began = null; // where, and on which item
  let isOver = false; // whether the click of a press is still to come
  list.addEventListener("pointerdown", ({ button, target, pointerId, clientX: x, clientY: y }) => {
    const item = button === 0 && target.closest(selector);
    [began, isOver] = [item ? { item, x, y } : null, false];
    // Else the page, scrolled meanwhile, has the press end outside of the list.
    if (item) list.setPointerCapture(pointerId);
  });
  list.addEventListener("pointercancel", () => (began = null));
  list.addEventListener("pointerup", ({ clientX, clientY }) => {
    if (!began) return;
    const { item, x, y } = began;
    [began, isOver] = [null, true];
    const isStill = Math.hypot(clientX - x, clientY - y) < SLOP_PX;
    // Drawn further, it is a choice where it ends on the same item, and else marks text.
    if (isStill || item.contains(list.getRootNode().elementFromPoint(clientX, clientY))) choose(item);
  });
  // What helps people to press may send no more than this.
  list.addEventListener("click", ({ target }) => {
    const item = isOver ? null : target.closest(selector);
    isOver = false;
    if (item) choose(item);
  });
}
