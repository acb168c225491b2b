// Hands a recording to the upload widget, as if a person had chosen it there, until the page has it.

const TRY_EVERY_MS = 300;
const MAX_LOST = 5;
export const NOT_SENT = "interhuman-not-sent"; // what `receiving.js` says of a file that did not arrive

function give(file, uploader) {
  const input = document.querySelector(`.${uploader} input[type=file]`);
  if (!input || input.closest(":disabled, [aria-disabled='true']")) return false; // no connection at present
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

export class Handing {
  #lost = 0;
  #timer = null;

  // `given` is called once the widget has it, `failed` where it can't be sent; the file is as it was.
  constructor(file, uploader, { given, failed }) {
    this.given = given;
    this.listen = (event) => {
      const { file: other, why } = event.detail;
      if (other.name !== file.name || other.size !== file.size) return;
      event.preventDefault(); // it is said here
      this.#lost += 1;
      if (why === "lost" && this.#lost < MAX_LOST) return this.#try(file, uploader);
      this.end();
      failed();
    };
    document.addEventListener(NOT_SENT, this.listen);
    this.#try(file, uploader);
  }

  #try(file, uploader) {
    if (give(file, uploader)) this.given();
    else this.#timer = setTimeout(() => this.#try(file, uploader), TRY_EVERY_MS);
  }

  end() {
    clearTimeout(this.#timer);
    document.removeEventListener(NOT_SENT, this.listen);
  }
}
