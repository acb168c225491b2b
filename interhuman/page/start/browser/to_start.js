// Tells the page that the link to the page that is looked at was pressed. Streamlit runs the page again
// and says nothing of the press, and while a result is shown that page is the start page.

export default function ({ parentElement, setTriggerValue }) {
  const place = ({ origin, pathname }) => origin + pathname.replace(/\/$/, "");
  const look = (event) => {
    const link = event.target.closest?.("a[href]");
    const opensElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || opensElsewhere || link.search || link.hash) return;
    if (place(link) === place(location)) setTriggerValue("pressed", true);
  };
  parentElement.interhumanStop?.(); // it may be called again
  document.addEventListener("click", look, true);
  parentElement.interhumanStop = () => document.removeEventListener("click", look, true);
  return () => parentElement.interhumanStop();
}
