// Says which file the upload widget receives and how much of it has arrived, and tells the page which
// one it kept back, could not send or lost. The widget shows a spinner for the first; it marks the next
// two red and says why in a tooltip only, and of the last nothing. Nothing is read of a file but its
// name and size.

const LOOK_EVERY_MS = 100;
const LOOKS = 30; // a file that was taken is shown at once, while it is still sent
const SAY_AFTER_MS = 400; // what arrives sooner needs no words, and nothing moves
const CHIP = (uploader) => `.${uploader} [data-testid="stFileChip"]`;
const SENT = "interhuman-sent";
const ANSWERED = "interhuman-answered";
const UNKNOWN_SESSION = 400; // how Streamlit answers an upload for a page that another server shows
const NOT_SENT = "interhuman-not-sent"; // the recorder hears it

// How much of a file has been sent is known to the request that sends it, and nobody else is told.
// Where the widget sends in another way, the file's size is all that is said.
function watchRequests() {
  if (window.interhumanWatchesUploads) return;
  window.interhumanWatchesUploads = true;
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData && [...body.values()].find((value) => value instanceof File);
    if (file) {
      const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail: { file, ...detail } }));
      this.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) tell(SENT, { share: event.loaded / event.total });
      });
      this.addEventListener("loadend", () => tell(ANSWERED, { status: this.status }));
    }
    return send.call(this, body);
  };
}

function amount(bytes, size_bytes) {
  const [unit, name] = size_bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const total = Math.max(1, Math.round(size_bytes / unit));
  return bytes === null ? `${total} ${name}` : `${Math.round(bytes / unit)} of ${total} ${name}`;
}

class Receiving {
  constructor(parent) {
    this.bar = document.createElement("progress");
    this.name = document.createElement("span");
    this.name.setAttribute("role", "status");
    this.sent = document.createElement("span");
    this.sent.setAttribute("aria-hidden", "true"); // the bar says it, without speaking up each time
    this.sent.className = "sent";
    // Shown also while it is empty: what is said in the moment in which its place appears may not be heard.
    this.box = document.createElement("div");
    this.box.className = "ih-receiving";
    this.box.append(this.name, this.sent, this.bar);
    parent.append(this.box);
    this.#show(false);
  }

  #show(isShown) {
    this.sent.hidden = this.bar.hidden = !isShown;
    this.name.textContent = isShown ? `Receiving ${this.file.name}` : "";
  }

  begin(file) {
    this.end();
    this.file = file;
    this.status = null;
    this.timer = setTimeout(() => this.#show(true), SAY_AFTER_MS);
    this.bar.setAttribute("aria-label", `Receiving ${file.name}`);
    this.bar.removeAttribute("value");
    this.sent.textContent = `, ${amount(null, file.size)}`;
  }

  progress({ file, share }) {
    if (file.name !== this.file?.name || file.size !== this.file.size) return;
    this.bar.value = share;
    this.sent.textContent = `, ${amount(share * file.size, file.size)}`;
  }

  answered({ file, status }) {
    if (file.name === this.file?.name && file.size === this.file.size) this.status = status;
  }

  end() {
    clearTimeout(this.timer);
    this.file = null;
    this.#show(false);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const refused = (file) =>
    file.size > data.max_bytes || !data.extensions.some((extension) => file.name.toLowerCase().endsWith(extension));
  const tell = (file, why) => {
    // Whoever gave the file to the widget may want to say it, or to give it again.
    if (!document.dispatchEvent(new CustomEvent(NOT_SENT, { cancelable: true, detail: { file, why } }))) return;
    setTriggerValue("refused", { name: file.name, size_bytes: file.size, why });
  };

  watchRequests();
  const receiving = (parentElement.interhumanReceiving ??= new Receiving(parentElement));
  // The page knows of another file than before: it is there, and the page shows it.
  if (data.arrived !== parentElement.interhumanArrived) receiving.end();
  parentElement.interhumanArrived = data.arrived;

  // Streamlit forgets a file that is given to it in the moment in which a run begins.
  const follow = (file) => {
    clearInterval(parentElement.interhumanLook);
    const before = new Set(document.querySelectorAll(CHIP(data.uploader))); // of files that came to nothing, too
    let looks = 0;
    let wasShown = false;
    receiving.begin(file);
    parentElement.interhumanLook = setInterval(() => {
      const widget = document.querySelector(`.${data.uploader}`);
      const chip = [...document.querySelectorAll(CHIP(data.uploader))].find((one) => !before.has(one));
      const has = (icon) => chip?.querySelector(`[data-testid="stFileChipIcon${icon}"]`);
      looks += 1;
      wasShown ||= Boolean(chip);
      if (has("Spinner") || (widget && !wasShown && looks < LOOKS)) return;
      clearInterval(parentElement.interhumanLook);
      const isUnknown = receiving.status === UNKNOWN_SESSION;
      if (has("Error")) tell(file, isUnknown ? "elsewhere" : "failed");
      else if (widget && !wasShown) tell(file, "lost");
      // A file that is whole is still read by the page, which then has it.
      if (has("Error") || !chip) receiving.end();
    }, LOOK_EVERY_MS);
  };

  const look = (event) => {
    if (!event.target.closest?.(`.${data.uploader}`)) return;
    const files = [...(event.dataTransfer?.files ?? event.target.files ?? [])];
    const file = files.find(refused);
    if (file) tell(file, "kept back");
    else if (files.length) follow(files[0]);
  };
  const sent = (event) => receiving.progress(event.detail);
  const answered = (event) => receiving.answered(event.detail);

  // Called again whenever `data` changes; the widget may be redrawn at any time, so the whole
  // document is listened to.
  parentElement.interhumanStop?.();
  const heard = { change: look, drop: look, [SENT]: sent, [ANSWERED]: answered };
  for (const [kind, listener] of Object.entries(heard)) document.addEventListener(kind, listener, true);
  parentElement.interhumanStop = () => {
    for (const [kind, listener] of Object.entries(heard)) document.removeEventListener(kind, listener, true);
  };
  return () => {
    clearInterval(parentElement.interhumanLook);
    receiving.end();
    parentElement.interhumanStop();
  };
}
