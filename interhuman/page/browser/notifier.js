// Tells of the end of an analysis in a notification: only if a person asked for it while it ran, and only where
// the page is hidden by then. It is mounted twice: as the button that asks, and as what hears of the end.

import { button, make, setText } from "./dom.js";

const ASK = "Notify me";
const WHEN = " when it's done"; // left out on a phone
const REFUSED = "Notifications are off in this browser.";

const asked = (window.interhumanAsked ??= { run: null, isRefused: false });

// On Android pages have the name of it and can't use it.
const canNotify = () => "Notification" in window && !/Android/.test(navigator.userAgent);

async function ask(run) {
  if (asked.run === run) {
    asked.run = null;
    return;
  }
  const permission = canNotify() ? await Notification.requestPermission() : "denied";
  asked.run = permission === "granted" ? run : null;
  asked.isRefused = permission === "denied";
}

function mountButton(root, run) {
  const show = () => {
    const isAsked = asked.run === root.interhumanOffer.run;
    const { press, check, refused } = root.interhumanOffer;
    press.hidden = asked.isRefused;
    press.setAttribute("aria-pressed", String(isAsked));
    setText(check, isAsked ? "✓ " : "");
    setText(refused, asked.isRefused ? REFUSED : "");
  };
  if (!root.interhumanOffer) {
    const press = button("", () => ask(root.interhumanOffer.run).then(show), { "aria-label": ASK + WHEN });
    const check = make("span");
    press.append(check, ASK, make("span", { class: "when", text: WHEN }));
    const refused = make("p", { role: "status" });
    root.interhumanOffer = { press, check, refused };
    root.append(press, refused);
  }
  root.interhumanOffer.run = run;
  show();
}

function tellEnd({ run, title, body }) {
  if (!run || asked.run !== run) return;
  asked.run = null;
  if (!document.hidden) return;
  const notification = new Notification(title, { body });
  notification.addEventListener("click", () => {
    window.focus();
    notification.close();
  });
}

export default function ({ data, parentElement }) {
  if (data.offers) mountButton(parentElement, data.offers);
  else tellEnd(data.ended);
}
