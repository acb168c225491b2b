// Puts the recorder into its place in the page; there is one for as long as the page is not loaded anew.

import { Recorder } from "./recorder.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const recorder = (window.interhumanRecorder ??= new Recorder());
  if (recorder.view.root.parentNode !== parentElement) parentElement.append(recorder.view.root);
  recorder.update(data, setTriggerValue);
  parentElement.getRootNode().host.toggleAttribute("data-open", recorder.isOpen);
  return () => recorder.leave();
}
