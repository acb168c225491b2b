// Finds the focus a new place when what had it is gone: it would fall to the body, and whoever uses the
// keyboard would begin again at the top of the page.

const GIVE_UP_AFTER_MS = 800; // what was taken away is often drawn anew by the run that took it
const FOCUSABLE = "a[href], button, input, select, textarea, summary, video, audio, [tabindex]";
const OVERLAY = "[role=dialog], dialog, [data-testid=stPopoverBody]";
const SIDE_BY_SIDE = ".stBidiComponent"; // in here alone a place is the same control after a redrawing

const isThere = (element) =>
  element.isConnected && !element.disabled && element.checkVisibility({ visibilityProperty: true });

// `data-name` names what may be called otherwise after a redrawing, as a title that can be edited. Text comes
// last: that of a list is long.
const nameOf = (element) => `${element.tagName} ${element.dataset.name ?? element.ariaLabel ?? element.textContent}`;

const isLost = () => document.activeElement === null || document.activeElement === document.body;

// What has the focus, so that it, or what is drawn in its place, is found again.
class Place {
  constructor(element) {
    this.element = element;
    this.name = nameOf(element);
    const root = element.getRootNode();
    this.overlay = (root instanceof ShadowRoot ? root.host : element).closest(OVERLAY);
    // A component may lie in a shadow, whose root stays while all in it is drawn anew.
    this.component = root instanceof ShadowRoot ? root : element.closest(SIDE_BY_SIDE);
    this.number = this.component ? this.#among(this.component).indexOf(element) : -1;
    this.surroundings = this.component ?? element.closest(".stElementContainer");
    this.before = null; // the place from which an overlay was opened
  }

  find() {
    if (isThere(this.element)) return this.element;
    if (!this.surroundings?.isConnected) return null;
    const candidates = this.#among(this.surroundings).filter(isThere);
    const same = candidates.find((candidate) => nameOf(candidate) === this.name);
    const there = this.component && this.#among(this.component)[this.number];
    return same ?? (there?.tagName === this.element.tagName && isThere(there) ? there : null);
  }

  #among(root) {
    return [...root.querySelectorAll(FOCUSABLE)];
  }
}

export class FocusKeeper {
  given = null; // what was given the focus as it stands where another had it, and may pass it on
  #had = null;
  #giveUp = null;

  // `giveUp` puts the focus somewhere where its place is gone for good.
  constructor(giveUp) {
    this.giveUp = giveUp;
    for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => (this.given = null), true);
    document.addEventListener("focusin", (event) => this.#focused(event.composedPath()[0]));
    document.addEventListener("focusout", (event) => {
      // A move inside of a shadow is not heard out here, only that the shadow is left.
      const [element] = event.composedPath();
      if (element.isConnected && element !== this.#had?.element) this.#focused(element);
      // Only then is it known whether the element goes, too, or was left by the person.
      setTimeout(() => this.look(true));
    });
  }

  // Gives the focus back if it was lost; `isLeft` where what had it may have been left on purpose.
  look(isLeft = false) {
    if (!this.#had || !isLost()) return;
    if (isThere(this.#had.element)) {
      if (isLeft) this.#had = null;
      return;
    }
    if (this.restore()) return;
    this.#giveUp ??= setTimeout(() => this.#lose(), GIVE_UP_AFTER_MS);
  }

  // Gives the focus back to what had it, or to what opened the dialog that had it; false where both are gone.
  restore() {
    if (!this.#had || !isLost()) return false;
    let place = this.#had;
    while (place?.overlay && !isThere(place.overlay)) place = place.before;
    const target = place?.find();
    this.given = place === this.#had ? target : null;
    target?.focus({ preventScroll: true });
    return Boolean(target) && !isLost();
  }

  #focused(element) {
    clearTimeout(this.#giveUp);
    this.#giveUp = null;
    const place = new Place(element);
    const before = this.#had;
    if (place.overlay) place.before = before?.overlay === place.overlay ? before.before : before;
    this.#had = place;
  }

  #lose() {
    this.#giveUp = null;
    if (!this.#had || !isLost() || this.restore()) return;
    const { overlay } = this.#had;
    if (overlay && isThere(overlay)) overlay.querySelector(FOCUSABLE)?.focus();
    else this.giveUp();
    if (isLost()) this.#had = null; // there is no place here, and a later page is no place for it
  }
}
