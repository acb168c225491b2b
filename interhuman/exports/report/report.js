// What a report does when it is read in a browser: marks say their signal, a choice shows in the list and on
// the tracks, a recording plays from it, and signals are filtered by type. All text stands in the document
// already; here it only moves, and always as text.

const SVG = "http://www.w3.org/2000/svg";
const MARGIN_PX = 8;

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.ariaHidden = "true"; // Each mark has a name that says the same.
document.body.append(tip);

function target(link) {
  return document.getElementById(link.getAttribute("href").slice(1));
}

let pointed = null; // the mark that the tip is about

function placeTip() {
  if (pointed === null) return;
  const box = pointed.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - tip.offsetWidth - MARGIN_PX);
  const below = box.bottom + MARGIN_PX;
  const fits = below + tip.offsetHeight < innerHeight;
  const top = fits ? below : Math.max(MARGIN_PX, box.top - tip.offsetHeight - MARGIN_PX);
  tip.style.transform = `translate(${Math.max(MARGIN_PX, left)}px, ${top}px)`;
}

// Shows beside a mark what the list or the notes say of it.
function showTip(mark) {
  pointed = mark;
  tip.replaceChildren();
  for (const cell of target(mark).cells) for (const node of cell.childNodes) tip.append(node.cloneNode(true));
  tip.hidden = false;
  placeTip();
}

function hideTip() {
  pointed = null;
  tip.hidden = true;
}

class Result {
  constructor(root) {
    this.root = root;
    this.holder = root.querySelector(".pinned");
    this.plot = this.holder.querySelector(".plot");
    this.player = root.querySelector("video, audio");
    this.startsAtS = Number(this.player?.dataset.starts ?? 0);
    this.endS = Number(this.holder.dataset.length);
    this.marks = [...root.querySelectorAll(".mark")];
    this.rows = [...root.querySelectorAll(".signals tbody tr")];
    this.span = this.#drawn("rect", { class: "span", y: 0, height: "100%" });
    this.chosenTypes = new Set();
  }

  start() {
    for (const mark of this.root.querySelectorAll(".mark, .pin")) {
      const title = mark.querySelector("title");
      mark.setAttribute("aria-label", title.textContent);
      title.remove();
      mark.addEventListener("pointerenter", () => showTip(mark));
      mark.addEventListener("focus", () => showTip(mark));
      mark.addEventListener("pointerleave", hideTip);
      mark.addEventListener("blur", hideTip);
      mark.addEventListener("click", () => this.choose(mark));
    }
    for (const time of this.root.querySelectorAll(".time")) {
      time.addEventListener("click", (event) => this.#goTo(event, time));
      if (time.tagName === "SPAN") this.#makeButton(time);
    }
    this.#startFilter();
    if (this.player) this.#follow();
    const observer = new ResizeObserver(() => this.#measure());
    for (const each of [this.holder, this.player]) if (each) observer.observe(each);
  }

  // Marks the period of a signal, a note or a moment, and both of its ends: on the tracks and in a list.
  // The player goes there.
  choose(source) {
    hideTip();
    for (const each of this.root.querySelectorAll(".chosen")) each.classList.remove("chosen");
    const linked = source.hasAttribute("href") ? target(source) : null;
    for (const each of [source, linked]) each?.closest("tr, .mark, .pin")?.classList.add("chosen");
    const { start, end } = source.dataset;
    this.#place(this.span, "x", start);
    this.span.setAttribute("width", `${Math.max(0.2, (100 * (end - start)) / this.endS)}%`);
    if (this.player) this.player.currentTime = Number(start) + this.startsAtS;
  }

  // Where the tracks are in sight, nothing moves; else a link leads there, and Back returns.
  #goTo(event, time) {
    this.choose(time);
    if (isSticky(this.holder)) event.preventDefault();
    else if (time.tagName === "SPAN") this.plot.scrollIntoView({ block: "center" });
  }

  #makeButton(time) {
    time.setAttribute("role", "button");
    time.tabIndex = 0;
    time.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.#goTo(event, time);
    });
  }

  #follow() {
    const line = this.#drawn("line", { class: "playhead", y1: 0, y2: "100%" });
    const move = () => {
      const seconds = Math.max(0, this.player.currentTime - this.startsAtS);
      for (const end of ["x1", "x2"]) this.#place(line, end, seconds);
    };
    this.player.addEventListener("timeupdate", move);
    this.player.addEventListener("seeking", move);
  }

  #drawn(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    this.plot.append(element);
    return element;
  }

  #place(element, name, seconds) {
    element.setAttribute(name, `${Math.min(100, (100 * seconds) / this.endS)}%`);
  }

  // Pressed buttons say which types are shown; none pressed is all of them.
  #startFilter() {
    this.filter = this.root.querySelector(".filter");
    if (this.filter === null) return;
    for (const button of this.filter.querySelectorAll("button")) {
      button.addEventListener("click", () => this.#toggle(button, button.dataset.type));
    }
    this.filter.hidden = false;
  }

  #toggle(button, type) {
    const isPressed = !this.chosenTypes.delete(type);
    if (isPressed) this.chosenTypes.add(type);
    button.ariaPressed = String(isPressed);
    const isShown = (each) => this.chosenTypes.size === 0 || this.chosenTypes.has(each.dataset.type);
    for (const mark of this.marks) mark.classList.toggle("off", !isShown(mark));
    for (const row of this.rows) row.hidden = !isShown(row);
    const shown = this.rows.filter(isShown).length;
    this.filter.querySelector("output").value = this.chosenTypes.size
      ? `${shown} of ${this.rows.length} signals shown`
      : "";
  }

  // What is jumped to stays clear of what sticks to the top: the tracks, or on a narrow screen the player.
  #measure() {
    const stuck = [this.holder, this.player].find(isSticky);
    this.root.style.setProperty("--stuck", `${stuck?.offsetHeight ?? 0}px`);
  }
}

function isSticky(element) {
  return element !== null && getComputedStyle(element).position === "sticky" && element.offsetHeight > 0;
}

for (const root of document.querySelectorAll(".result")) new Result(root).start();
addEventListener("scroll", placeTip, { passive: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
});
