// All that is used of Streamlit beyond what it documents. Where any of it is missing, the page works
// on, less smoothly: without zoom, without following a redrawn chart at once.

// Streamlit's chart element puts the library that draws it on the window.
export const plotly = () => window.Plotly;

// The element that Plotly draws into, and the recording, in a container with a documented class.
export const plotIn = (key) => document.querySelector(`.st-key-${key} .js-plotly-plot`);
export const mediaIn = (key) => document.querySelector(`.st-key-${key} :is(video, audio)`);

// Puts a link beside the one that leads to the main content, in the looks of that.
export function addSkipLink(link) {
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip) link.className = skip.className;
  skip?.after(link);
}

// Calls `react` whenever elements of the page come or go; Streamlit may replace any of them.
export function watchPage(react) {
  const observer = new MutationObserver(react);
  observer.observe(document.querySelector("[data-testid=stMain]") ?? document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}

// Where the server has `address`: below a path of its own the page is not at the root. Streamlit's scripts
// are in a folder of the app's.
export const servedAt = (address) =>
  new URL(`../..${address}`, document.querySelector('script[src*="/static/js/"]')?.src ?? location.href).href;
