// Takes several files, or a folder, where the start page's widget takes one: it would send all of them at once
// and tell of them when the last has arrived. One file is left to the widget.

import { button, make, say } from "../../browser/dom.js";
import { filesIn, firstOf, hasFolder, inOrder, sending } from "./sending.js";

const folderInput = () => make("input", { type: "file", webkitdirectory: true, hidden: true, tabindex: "-1" });

const NOTHING =
  "Nothing was added: there were no files, or only hidden ones. Choose recordings, or a folder with some in it.";
const READ_ELSE =
  "Check that you have permission to open the files, or copy them to another folder on this computer and drop that folder.";

const whyNothing = (unreadable) =>
  unreadable.length ? `Nothing was added: ${firstOf(unreadable)} can't be read. ${READ_ELSE}` : NOTHING;

export default function ({ data, parentElement, setTriggerValue }) {
  const queue = sending();
  queue.setPlace(data.place);
  const take = (files, unreadable = []) => {
    say(parentElement.querySelector("p"), files.length ? "" : whyNothing(unreadable));
    if (!files.length) return;
    queue.add(files, unreadable);
    setTriggerValue("begun", files.length);
  };
  if (!parentElement.querySelector("button")) {
    const input = folderInput();
    input.addEventListener("change", () => {
      parentElement.interhumanTake(inOrder(input.files));
      input.value = "";
    });
    const words = make("span", { text: "Several at once? Drop or choose them all, or " });
    parentElement.append(
      words,
      button("choose a folder", () => input.click()),
      input,
      make("p", { role: "status" }),
    );
  }
  parentElement.interhumanTake = take;
  const within = (event) => event.target.closest?.(`.${data.uploader}`);
  // The widget must not hear of what is taken here: this is heard before anything in the document.
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const heard = {
    click: (event) => {
      if (within(event) && event.target.type === "file") event.target.multiple = true;
    },
    change: (event) => {
      const files = [...(event.target.files ?? [])];
      if (!within(event) || files.length < 2) return;
      stop(event);
      event.target.value = "";
      take(inOrder(files));
    },
    drop: (event) => {
      const transfer = event.dataTransfer;
      if (!within(event) || (transfer.files.length < 2 && !hasFolder(transfer))) return;
      stop(event);
      filesIn(transfer).then(({ files, unreadable }) => take(files, unreadable));
    },
  };
  parentElement.interhumanStop?.();
  for (const [kind, listener] of Object.entries(heard)) window.addEventListener(kind, listener, true);
  parentElement.interhumanStop = () => {
    for (const [kind, listener] of Object.entries(heard)) window.removeEventListener(kind, listener, true);
  };
  return () => parentElement.interhumanStop();
}
