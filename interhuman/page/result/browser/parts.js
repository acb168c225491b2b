// The script of a view comes with one of its parts, and mounts the others, too: they wait for it.

const scripts = (window.interhumanParts ??= new Map());

export function partsOf(script) {
  if (!scripts.has(script)) scripts.set(script, { mount: null, waiting: new Set() });
  return scripts.get(script);
}

// Mounts the part that the script came with, and those that wait.
export function mountFirst(script, mount, component) {
  const parts = partsOf(script);
  parts.mount = mount;
  const leave = mount(component);
  for (const mountWaiting of parts.waiting) mountWaiting();
  parts.waiting.clear();
  return leave;
}
