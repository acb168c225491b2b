// The list of moments: a press on one moves the recording of the result view there.

import { button, make } from "./dom.js";

export default function ({ data, parentElement }) {
  const item = (moment) => {
    const go = () => window.interhumanViews?.get(data.view)?.goTo(moment);
    const words = make("span", { text: `${moment.reason} ` }, make("span", { class: "ih-muted", text: moment.span }));
    return make("li", {}, button(moment.at, go, { title: "Move the recording there" }), words);
  };
  parentElement.replaceChildren(make("ul", { class: "ih-moments" }, ...data.moments.map(item)));
}
