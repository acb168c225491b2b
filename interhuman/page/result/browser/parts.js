// What mounts the parts of a view, for parts that come without it, and those that wait for it.

export const PARTS = (window.interhumanParts ??= { mount: null, waiting: new Set() });
