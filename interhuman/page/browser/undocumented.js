// What Streamlit's page lacks for those who do not see it. It leans on parts that Streamlit does not document;
// where any of them is gone, the page works the same and says less.

const REACT_EVERY_MS = 250;

// Calls `react` soon after elements come or go, or can be used no longer.
export function watchBody(react) {
  const isElement = ({ nodeType }) => nodeType === Node.ELEMENT_NODE;
  const concerns = ({ type, addedNodes, removedNodes }) =>
    type === "attributes" || [...addedNodes, ...removedNodes].some(isElement);
  let isComing = false;
  const reactSoon = () => {
    if (isComing) return;
    isComing = true;
    setTimeout(() => {
      isComing = false;
      react();
    }, REACT_EVERY_MS);
  };
  new MutationObserver((records) => records.some(concerns) && reactSoon()).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["disabled", "hidden"],
  });
}

// Names recordings, and leaves of a chart what its description says: the drawing itself would be read as a
// heap of numbers.
export function nameParts() {
  for (const media of document.querySelectorAll(":is(video, audio):not([aria-label])"))
    media.setAttribute("aria-label", "Recording");
  for (const drawing of document.querySelectorAll(".js-plotly-plot .main-svg:not([aria-hidden])"))
    drawing.setAttribute("aria-hidden", "true");
}

const RELOAD_EVERY_MS = 60_000;

// Loads the page anew where Streamlit took it down: an error in its own script leaves nothing of the page, for
// good. What is under way or looked at is in the address. At most once a minute, lest it goes on for ever.
export function reloadIfTornDown() {
  if (document.getElementById("root")?.childElementCount !== 0) return;
  const wasReloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
  if (!wasReloaded || performance.now() > RELOAD_EVERY_MS) location.reload();
}
