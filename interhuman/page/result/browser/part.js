// Mounts a part by the script that came with another one: it is a hundred times as long as this one.

import { PARTS } from "./parts.js";

export default function (component) {
  if (PARTS.mount) return PARTS.mount(component);
  const mount = () => {
    leave = PARTS.mount(component);
  };
  let leave = () => PARTS.waiting.delete(mount);
  PARTS.waiting.add(mount);
  return () => leave();
}
