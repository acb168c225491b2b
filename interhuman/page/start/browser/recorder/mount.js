// Puts the recorder into its place in the page; there is one for as long as the page is not loaded anew.

import { Recorder } from "./recorder.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const recorder = (window.interhumanRecorder ??= new Recorder());
  recorder.view.attach(parentElement);
  recorder.update(data, setTriggerValue);
  parentElement.getRootNode().host.toggleAttribute("data-open", recorder.isOpen);
  return () => {
    // Streamlit may clean a place up after the recorder has moved to the next one.
    if (recorder.view.root.parentNode === parentElement) recorder.leave();
  };
}
