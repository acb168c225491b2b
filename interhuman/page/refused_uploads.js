// Tells the page which file the upload widget kept back. The widget marks it red and says why in a
// tooltip only, and the server never hears of it. Nothing is read of a file but its name and size.

export default function ({ data, parentElement, setTriggerValue }) {
  const refused = (file) =>
    file.size > data.max_bytes ||
    !data.extensions.some((extension) => file.name.toLowerCase().endsWith(extension));

  const look = (event) => {
    if (!event.target.closest?.(`.${data.uploader}`)) return;
    const files = event.dataTransfer?.files ?? event.target.files ?? [];
    const file = [...files].find(refused);
    if (file) setTriggerValue("refused", { name: file.name, size_bytes: file.size });
  };

  // Called again whenever `data` changes; the widget may be redrawn at any time, so the whole
  // document is listened to.
  parentElement.interhumanStop?.();
  for (const kind of ["change", "drop"]) document.addEventListener(kind, look, true);
  parentElement.interhumanStop = () => {
    for (const kind of ["change", "drop"]) document.removeEventListener(kind, look, true);
  };
  return () => parentElement.interhumanStop();
}
