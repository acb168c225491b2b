// Sends recordings to the server, two at a time and each once, wherever on the page one is meanwhile. A browser
// opens six connections to a host: the page needs some for itself.

import { servedAt } from "../../result/browser/undocumented.js";

const AT_ONCE = 2;
const TRIES_AFTER_MS = [1_000, 3_000, 9_000]; // what was interrupted is sent anew: nobody is billed for it
const TRANSIENT = (status) => status === 0 || status === 429 || (status >= 500 && status !== 507);

const NOT_SENT = "The connection dropped. Choose it again, or try again.";

class Sending {
  files = []; // { key, name, file, state: "waiting" | "sending" | "arrived" | "failed", share, why }
  leftOut = []; // names of the files that were given last and are no recordings
  unreadable = []; // names of files and folders that were given last and can't be read
  paths = new WeakMap(); // of files in folders that were dropped: the browser gives no path with the file
  #place = null;
  #listeners = new Set();
  #number = 0;
  #frame = 0;

  constructor() {
    // Closing the page would end what is being sent: the browser asks first.
    window.addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault());
  }

  // Where to send to, and what may be sent: { address, max_bytes, extensions, too_large }.
  setPlace(place) {
    const isAnother = place.address !== this.#place?.address;
    this.#place = place;
    // The server began anew and knows nothing of what it had not listed yet.
    const isToBeSent = ({ state }) => state === "lost" || state === "arrived";
    if (isAnother) this.files.filter(isToBeSent).forEach((one) => (one.state = "waiting"));
    this.#goOn();
  }

  add(files, unreadable = []) {
    this.leftOut = [];
    this.unreadable = unreadable;
    const counts = new Map();
    for (const { name } of files) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const file of files) {
      const name = counts.get(file.name) > 1 ? this.#nameWithFolders(file) : file.name;
      if (!this.#place.extensions.some((extension) => name.toLowerCase().endsWith(extension))) {
        this.leftOut.push(file.name);
        continue;
      }
      this.#number += 1;
      const key = `${performance.timeOrigin}-${this.#number}`;
      const one = { key, name, file, state: "waiting", share: 0, tries: 0 };
      if (file.size > this.#place.max_bytes) Object.assign(one, { state: "failed", why: this.#place.too_large });
      this.files.push(one);
    }
    this.#goOn();
  }

  // Returns what tells a file from others of its name: the folders that it is in, as far as they were given.
  #nameWithFolders(file) {
    const path = file.webkitRelativePath || this.paths.get(file) || file.name;
    return path.split("/").filter(Boolean).join(" - ");
  }

  // The server lists these itself.
  forget(keys) {
    const known = new Set(keys);
    this.files = this.files.filter(({ key }) => !known.has(key));
  }

  remove(key) {
    const one = this.files.find((each) => each.key === key);
    this.files = this.files.filter((each) => each !== one);
    one?.request?.abort();
    this.#goOn();
  }

  retry(key) {
    const one = this.files.find((each) => each.key === key);
    if (one) Object.assign(one, { state: "waiting", why: undefined, tries: 0 });
    this.#goOn();
  }

  get isBusy() {
    return this.files.some(({ state }) => state === "waiting" || state === "sending" || state === "lost");
  }

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell() {
    if (this.#frame) return;
    this.#frame = setTimeout(() => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    }, 50);
  }

  #goOn() {
    const sending = this.files.filter(({ state }) => state === "sending").length;
    const next = this.files.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - sending));
    next.forEach((one) => this.#send(one));
    this.#tell();
  }

  #send(one) {
    const request = new XMLHttpRequest();
    Object.assign(one, { request, state: "sending", share: 0 });
    request.open("PUT", servedAt(this.#place.address));
    request.setRequestHeader("Interhuman-Name", encodeURIComponent(one.name));
    request.setRequestHeader("Interhuman-Key", one.key);
    request.setRequestHeader("Interhuman-Changed", String(one.file.lastModified));
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      one.share = total ? loaded / total : 0;
      this.#tell();
    });
    request.addEventListener("loadend", () => this.files.includes(one) && this.#end(one, request));
    request.send(one.file);
  }

  #end(one, { status, responseText }) {
    if (status === 201) Object.assign(one, { state: "arrived", share: 1 });
    else if (status === 404) one.state = "lost"; // until the page tells the address that counts now
    else if (TRANSIENT(status) && one.tries < TRIES_AFTER_MS.length) {
      one.state = "sending"; // keeps its place
      setTimeout(() => this.files.includes(one) && this.#send(one), TRIES_AFTER_MS[one.tries]);
      one.tries += 1;
    } else Object.assign(one, { state: "failed", why: (status && responseText) || NOT_SENT });
    this.#goOn();
  }
}

export const sending = () => (window.interhumanSending ??= new Sending());

// Returns the files among what was dropped, in order and those in folders included, and the names of those that
// can't be read.
export async function filesIn(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: inOrder(transfer.files), unreadable: [] };
  const files = [];
  const unreadable = [];
  const take = (entry) => read(entry).catch(() => unreadable.push(entry.name));
  const read = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      sending().paths.set(file, entry.fullPath);
      return files.push(file);
    }
    const reader = entry.createReader();
    for (;;) {
      // A folder is told in pieces of a hundred.
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const each of some) await take(each);
    }
  };
  for (const entry of entries) await take(entry);
  return { files: inOrder(files), unreadable };
}

// Returns files in the order in which people count, without those that systems hide.
export const inOrder = (files) =>
  [...files]
    .filter(({ name }) => !name.startsWith("."))
    .toSorted((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));

// Returns the first of some names, and whether there are more.
export const firstOf = (names) => names.slice(0, 5).join(", ") + (names.length > 5 ? " …" : "");

export const hasFolder = (transfer) =>
  [...(transfer?.items ?? [])].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
