// Tells the page which file the upload widget kept back, could not send or lost. The widget marks the
// first two red and says why in a tooltip only, and of the last nothing; the script hears of none.
// Nothing is read of a file but its name and size.

const LOOK_EVERY_MS = 100;
const LOOKS = 30; // a file that was taken is shown at once, while it is still sent
const CHIP = (uploader) => `.${uploader} [data-testid="stFileChip"]`;

export default function ({ data, parentElement, setTriggerValue }) {
  const refused = (file) =>
    file.size > data.max_bytes || !data.extensions.some((extension) => file.name.toLowerCase().endsWith(extension));
  const tell = (file, why) => setTriggerValue("refused", { name: file.name, size_bytes: file.size, why });

  // Streamlit forgets a file that is given to it in the moment in which a run begins.
  const follow = (file) => {
    clearInterval(parentElement.interhumanLook);
    const before = document.querySelector(CHIP(data.uploader)); // of the file that this one replaces
    let looks = 0;
    let wasShown = false;
    parentElement.interhumanLook = setInterval(() => {
      const widget = document.querySelector(`.${data.uploader}`);
      const chip = [...document.querySelectorAll(CHIP(data.uploader))].find((one) => one !== before);
      const has = (icon) => chip?.querySelector(`[data-testid="stFileChipIcon${icon}"]`);
      looks += 1;
      wasShown ||= Boolean(chip);
      if (has("Spinner") || (widget && !wasShown && looks < LOOKS)) return;
      clearInterval(parentElement.interhumanLook);
      if (has("Error")) tell(file, "failed");
      else if (widget && !wasShown) tell(file, "lost");
    }, LOOK_EVERY_MS);
  };

  const look = (event) => {
    if (!event.target.closest?.(`.${data.uploader}`)) return;
    const files = [...(event.dataTransfer?.files ?? event.target.files ?? [])];
    const file = files.find(refused);
    if (file) tell(file, "kept back");
    else if (files.length) follow(files[0]);
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
