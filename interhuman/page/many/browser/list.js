// The recordings under way: those that the server lists, and below them those that it is still being sent.
// Text only ever becomes text. A row stays the same element as long as its recording is listed: what has the
// focus keeps it, and a hundred rows cost no more than what changed in them.

import { button, make, setText } from "../../browser/dom.js";
import { filesIn, firstOf, inOrder, sending } from "./sending.js";

const cell = (name, ...children) => make("td", { class: name }, ...children);

function amount(bytes, size_bytes) {
  const [unit, name] = size_bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${Math.round(bytes / unit)} of ${Math.max(1, Math.round(size_bytes / unit))} ${name}`;
}

// What is listed of a recording that is not at the server, or not listed there yet.
function incoming({ key, name, file, state, share, why }) {
  const failed = state === "failed";
  const words = { waiting: "Waiting to be uploaded", lost: "Waiting for the app", arrived: "Uploaded" };
  const isOut = share === 1; // the server reads it before it answers
  const retry = failed && !why.includes("large") ? [{ name: "retry", text: "Try again" }] : [];
  return {
    id: `incoming ${key}`,
    title: name,
    about: amount(file.size, file.size).replace(/^\d+ of /, ""),
    kind: failed ? "failed" : "active",
    state: failed
      ? "Not uploaded"
      : (words[isOut ? "arrived" : state] ?? `Uploading ${amount(share * file.size, file.size)}`),
    share: state === "sending" && !isOut ? share : null,
    problem: why ?? "",
    result: "",
    signals: "",
    actions: [...retry, { name: "remove", text: "Remove" }],
  };
}

class Row {
  constructor() {
    this.title = make("span", { class: "title" });
    this.about = make("span", { class: "muted" });
    this.state = make("span", { class: "state" });
    this.bar = make("progress", { max: "1" });
    this.problem = make("span", { class: "problem" });
    this.result = make("span", { class: "result" });
    this.signals = make("span", { class: "muted" });
    this.actions = make("div", { class: "actions" });
    this.element = make(
      "tr",
      { tabindex: "-1" }, // keeps the focus of a button that is gone
      make("th", { scope: "row" }, this.title, this.about),
      cell("now", this.state, this.bar, this.problem),
      cell("found", this.result, this.signals),
      cell("acts", this.actions),
    );
  }

  update(item, act) {
    const content = JSON.stringify(item);
    if (content === this.content) return;
    this.content = content;
    for (const name of ["title", "about", "state", "problem", "result", "signals"]) {
      setText(this[name], item[name]);
      this[name].hidden = !item[name];
    }
    this.element.className = item.kind;
    this.bar.hidden = item.share === null;
    if (item.share !== null) {
      this.bar.value = item.share;
      this.bar.setAttribute("aria-label", item.title);
    }
    const actions = JSON.stringify([item.title, item.actions]);
    if (actions !== this.drawn) this.#draw(item, act);
    this.drawn = actions;
  }

  #draw({ id, title, actions }, act) {
    const press = ({ name, text, confirm }) => {
      const name_of = { "aria-label": `${text}: ${title}`, "data-name": `${name} ${id}` };
      return button(
        text,
        () => (confirm ? this.#ask({ id, title, actions }, { name, confirm }, act) : act(name, id)),
        name_of,
      );
    };
    const hadFocus = this.hasFocus;
    this.actions.replaceChildren(...actions.map(press));
    if (hadFocus) this.element.focus();
  }

  get hasFocus() {
    return this.element.contains(this.element.getRootNode().activeElement);
  }

  // Says what comes of it before a thing is done that can't be undone.
  #ask(item, { name, confirm }, act) {
    const back = button("No", () => {
      this.#draw(item, act);
      this.actions.querySelector("button")?.focus();
    });
    const go = button(confirm.text, () => act(name, item.id), { class: "sure" });
    const words = make("span", { class: "warning", role: "alert", text: confirm.words });
    this.actions.replaceChildren(words, go, back);
    back.focus();
  }
}

const FILTERS = [
  ["All", () => true],
  ["Need you", ({ kind }) => ["failed", "asks", "refused", "repeat"].includes(kind)],
  ["Not started", ({ kind }) => kind === "unstarted"],
  ["Under way", ({ kind }) => ["waiting", "active"].includes(kind)],
  ["Finished", ({ kind }) => ["done", "canceled"].includes(kind)],
];
const FILTER_FROM = 12; // so many rows are seen at a glance

class List {
  rows = new Map(); // by their ids
  filter = 0;

  constructor(parent, take) {
    this.body = make("tbody");
    this.caption = make("caption");
    const heads = ["Recording", "State", "Result"].map((text) =>
      make("th", { scope: "col", class: text.toLowerCase(), text }),
    );
    const head = make("thead", {}, make("tr", {}, ...heads, make("td")));
    this.table = make("table", {}, this.caption, head, this.body);
    this.empty = make("p", { class: "muted", text: "Drop recordings or a folder here." });
    this.leftOut = make("p", { class: "muted", role: "status" });
    this.filters = FILTERS.map((_, at) => button("", () => this.choose(at), { "aria-pressed": "false" }));
    this.filtering = make("div", { class: "filters", role: "group", "aria-label": "Show" }, ...this.filters);
    const inputs = [{ multiple: true }, { webkitdirectory: true }].map((kind) =>
      make("input", { type: "file", hidden: true, tabindex: "-1", ...kind }),
    );
    for (const input of inputs) {
      input.addEventListener("change", () => {
        take(inOrder(input.files));
        input.value = "";
      });
    }
    this.files = inputs[0];
    const ways = ["Add recordings", "Add a folder"].map((text, at) => button(text, () => inputs[at].click()));
    this.adding = make("div", { class: "adding" }, ...ways, ...inputs, this.leftOut);
    this.box = make("div", { class: "box" }, this.adding, this.empty, this.filtering, this.table);
    parent.append(this.box);
    const over = (isOver) => (event) => {
      event.preventDefault();
      this.box.classList.toggle("over", isOver);
    };
    this.items = [];
    this.box.addEventListener("dragover", over(true));
    this.box.addEventListener("dragleave", over(false));
    this.box.addEventListener("drop", (event) => {
      over(false)(event);
      filesIn(event.dataTransfer).then(({ files, unreadable }) => take(files, unreadable));
    });
  }

  choose(filter) {
    this.filter = filter;
    this.#showChosen();
  }

  // Shows the rows that the filter is for; one that nothing is left of shows all again.
  #showChosen() {
    const counts = FILTERS.map(([, isOf]) => this.items.filter(isOf).length);
    if (!counts[this.filter] || this.items.length < FILTER_FROM) this.filter = 0;
    this.filtering.hidden = this.items.length < FILTER_FROM;
    this.filters.forEach((filter, at) => {
      setText(filter, `${FILTERS[at][0]} ${counts[at]}`);
      filter.setAttribute("aria-pressed", String(at === this.filter));
      filter.hidden = !counts[at];
    });
    const [, isShown] = FILTERS[this.filter];
    for (const item of this.items) this.rows.get(item.id).element.hidden = !isShown(item);
  }

  update({ rows, place }, queue, act) {
    const items = [...rows, ...queue.files.map(incoming)];
    this.items = items;
    setText(this.caption, items.length === 1 ? "1 recording" : `${items.length} recordings`);
    this.files.accept = place.extensions.join(",");
    this.table.hidden = !items.length;
    this.empty.hidden = Boolean(items.length);
    this.box.classList.toggle("empty", !items.length);
    const missing = [
      ["Left out, because they aren't recordings", queue.leftOut],
      ["Left out, because they can't be read", queue.unreadable],
    ].filter(([, names]) => names.length);
    setText(this.leftOut, missing.map(([why, names]) => `${why}: ${firstOf(names)}`).join(". "));
    const ids = new Set(items.map(({ id }) => id));
    let beside = null; // where the focus goes of a row that is gone
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      if (row.hasFocus) beside = row.element.nextElementSibling ?? row.element.previousElementSibling;
      row.element.remove();
      this.rows.delete(id);
    }
    items.forEach((item, at) => {
      if (!this.rows.has(item.id)) this.rows.set(item.id, new Row());
      const row = this.rows.get(item.id);
      row.update(item, act);
      if (this.body.children[at] !== row.element) this.body.insertBefore(row.element, this.body.children[at] ?? null);
    });
    this.#showChosen();
    if (beside?.isConnected) beside.focus();
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const queue = sending();
  queue.setPlace(data.place);
  queue.forget(data.arrived);
  const list = (parentElement.interhumanList ??= new List(parentElement, (...given) => queue.add(...given)));
  const act = (name, id) => {
    const [kind, key] = id.split("incoming ");
    if (kind === "" && name === "remove") queue.remove(key);
    else if (kind === "" && name === "retry") queue.retry(key);
    else setTriggerValue("acted", { name, id });
  };
  const draw = () => {
    list.update(data, queue, act);
    if (queue.isBusy === (parentElement.interhumanTold ?? data.uploading)) return;
    parentElement.interhumanTold = queue.isBusy;
    setStateValue("uploading", queue.isBusy);
  };
  parentElement.interhumanStop?.();
  parentElement.interhumanStop = queue.listen(draw);
  draw();
  return () => parentElement.interhumanStop();
}
