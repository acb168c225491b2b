// Tells the page which file the upload widget kept back or lost. The widget marks the one red and says
// why in a tooltip only, and of the other nothing; the server hears of neither. Nothing is read of a
// file but its name and size.

const LOOK_EVERY_MS = 100;
const LOOKS = 30; // a file that was taken is shown at once, while it is still sent

export default function ({ data, parentElement, setTriggerValue }) {
  const refused = (file) =>
    file.size > data.max_bytes ||
    !data.extensions.some((extension) => file.name.toLowerCase().endsWith(extension));
  const tell = (file, lost) =>
    setTriggerValue("refused", { name: file.name, size_bytes: file.size, lost });

  // Streamlit forgets a file that is given to it in the moment in which a run begins.
  const lookLater = (file) => {
    clearInterval(parentElement.interhumanLook);
    let looks = 0;
    parentElement.interhumanLook = setInterval(() => {
      const widget = document.querySelector(`.${data.uploader}`);
      const isShown = widget?.querySelector('[data-testid="stFileChips"]');
      looks += 1;
      if (widget && !isShown && looks < LOOKS) return;
      clearInterval(parentElement.interhumanLook);
      if (widget && !isShown) tell(file, true);
    }, LOOK_EVERY_MS);
  };

  const look = (event) => {
    if (!event.target.closest?.(`.${data.uploader}`)) return;
    const files = [...(event.dataTransfer?.files ?? event.target.files ?? [])];
    const file = files.find(refused);
    if (file) tell(file, false);
    else if (files.length) lookLater(files[0]);
  };

  // Called again whenever `data` changes; the widget may be redrawn at any time, so the whole
  // document is listened to.
  parentElement.interhumanStop?.();
  for (const kind of ["change", "drop"]) document.addEventListener(kind, look, true);
  parentElement.interhumanStop = () => {
    for (const kind of ["change", "drop"]) document.removeEventListener(kind, look, true);
  };
  return () => {
    clearInterval(parentElement.interhumanLook);
    parentElement.interhumanStop();
  };
}
