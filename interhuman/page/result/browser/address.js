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

// Writes into the query of an address what is looked at; what is shown at first anyway is left out.
export function writeLook(params, { time, filter, panel, score, tab }) {
  const t = time.toFixed(1);
  const look = { t: Number(t) > 0 ? t : "", ...filter?.named, panel, score, tab };
  for (const name of Object.keys(look)) params.delete(name); // so that they come in one order
  for (const [name, value] of Object.entries(look)) if (value) params.append(name, value);
}
