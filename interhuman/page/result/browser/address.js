// What of a result is looked at, in the page's address: a reload, Back, and whoever is given the link find it.
// The server reads the filter and the tab (`address.py`), and must not write: it does not know the moment.

const SECONDS = /^\d{1,6}(\.\d{1,6})?$/;

// Returns what the query of an address names, as far as it makes sense by itself.
export function readLook(params, endS) {
  const t = params.get("t") ?? "";
  return {
    time: SECONDS.test(t) ? Math.min(Number(t), endS) : 0,
    panel: params.get("panel") ?? "",
    score: params.get("score") ?? "",
  };
}

// Writes into the query of an address what is looked at; what stands there at first anyway is left out.
export function writeLook(params, { time, filter, panel, score, tab }) {
  const t = time.toFixed(1);
  filter?.writeTo(params);
  for (const [name, value] of Object.entries({ t: Number(t) > 0 ? t : "", panel, score, tab })) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
}
