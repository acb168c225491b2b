// Prints the report of what is shown in place of the page, however printing was asked for.

import { servedAt } from "./undocumented.js";

const CLASS = "ih-printed";

// The page is as high as the window and scrolls inside, of which only the first sheet would be printed; and it
// has the colors of its theme.
const IN_PLACE_OF_THE_PAGE = `
  html, body {
    height: auto !important;
    overflow: visible !important;
    position: static !important;
    background: var(--ground) !important;
    color: var(--text) !important;
  }
  body > :not(.${CLASS}) { display: none !important; }
`;

const NO_REPORT = "This page can't be printed as it is. Download the report, and print that.";

const printed = (window.interhumanPrinted ??= { isListening: false, isOffered: false, address: null });

// The dialog opens when this returns, so it waits for the answer.
function reportNow({ address }) {
  if (!address) return null;
  const request = new XMLHttpRequest();
  request.open("GET", servedAt(address), false);
  request.send();
  return request.status === 200 ? new DOMParser().parseFromString(request.responseText, "text/html") : null;
}

function putReport() {
  if (!printed.isOffered) return;
  const report = reportNow(printed);
  const styles = document.createElement("style");
  styles.media = "print";
  styles.textContent = (report?.querySelector("style").textContent ?? "") + IN_PLACE_OF_THE_PAGE;
  const place = document.createElement("div");
  place.append(styles, report ? document.importNode(report.querySelector("main"), true) : NO_REPORT);
  place.className = CLASS;
  document.body.append(place);
}

function takeReport() {
  for (const place of document.querySelectorAll(`.${CLASS}`)) place.remove();
}

export default function ({ data }) {
  Object.assign(printed, { isOffered: true, address: data.address });
  if (!printed.isListening) {
    printed.isListening = true;
    window.addEventListener("beforeprint", putReport);
    window.addEventListener("afterprint", takeReport);
  }
  return () => {
    if (printed.address === data.address) printed.isOffered = false;
  };
}
