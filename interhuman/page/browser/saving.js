// Saves a file that the server has made, once: the link stays for whoever wants it again.

import { make, setText } from "./dom.js";
import { servedAt } from "../result/browser/undocumented.js";

export default function ({ data, parentElement }) {
  let link = parentElement.querySelector("a");
  if (!link) {
    link = make("a", {});
    parentElement.append(link);
  }
  setText(link, data.name);
  link.href = servedAt(data.address);
  link.download = data.name;
  if (link.dataset.number === String(data.number)) return;
  link.dataset.number = data.number;
  link.click();
}
