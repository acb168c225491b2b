// Mounts a part by the script that came with another one: it is a hundred times as long as this one.

import { partsOf } from "./parts.js";

export default function (component) {
  const parts = partsOf(component.data.script);
  if (parts.mount) return parts.mount(component);
  const mount = () => {
    leave = parts.mount(component);
  };
  let leave = () => parts.waiting.delete(mount);
  parts.waiting.add(mount);
  return () => leave();
}
