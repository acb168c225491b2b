// Saves a file that the server has made, once in a visit: the link stays for whoever wants it again.

import { make, setText } from "./dom.js";
import { servedAt } from "../result/browser/undocumented.js";

const saved = (window.interhumanSaved ??= new Set()); // addresses

export default function ({ data, parentElement }) {
  let link = parentElement.querySelector("a");
  if (!link) {
    link = make("a", {});
    parentElement.append(link);
  }
  setText(link, data.name);
  link.href = servedAt(data.address);
  link.download = data.name;
  if (saved.has(data.address)) return;
  saved.add(data.address);
  link.click();
}
