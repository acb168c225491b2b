// Wires the page's own video element to its charts: a click on a chart or a chosen row moves
// the video, and a line on every chart with a time axis follows it. It reads nothing but
// numbers, writes no markup, and finds both sides by the keys the page gave their containers.

const LOOK_EVERY_MS = 250;

export default function ({ data, parentElement }) {
  // A choice made before this element was there is no reason to move the recording.
  const state = (parentElement.interhumanBridge ??= { seekNumber: data.seek_number, timer: null });
  state.data = data;

  const video = () => document.querySelector(`.${state.data.player} video, .${state.data.player} audio`);
  const charts = () =>
    document.querySelectorAll(state.data.charts.map((name) => `.${name} .js-plotly-plot`).join());

  const seek = (seconds) => {
    const element = video();
    if (!element || !Number.isFinite(seconds)) return;
    element.currentTime = seconds;
    const box = element.getBoundingClientRect();
    if (box.bottom < 80 || box.top > window.innerHeight - 80) {
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      element.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "center" });
    }
  };

  const listen = (chart) => {
    if (chart.interhumanSeeks || typeof chart.on !== "function") return;
    chart.interhumanSeeks = true;
    chart.on("plotly_click", (event) => {
      const seconds = event.points?.[0]?.customdata?.[0];
      if (typeof seconds === "number") seek(seconds);
    });
  };

  const follow = (chart, seconds) => {
    const range = chart.layout?.xaxis?.range;
    const areas = [...chart.querySelectorAll(".nsewdrag")].map((a) => a.getBoundingClientRect());
    if (!areas.length || !range) return;
    let line = chart.querySelector(":scope > .interhuman-now");
    if (!line) {
      line = document.createElement("div");
      line.className = "interhuman-now";
      line.setAttribute("aria-hidden", "true");
      Object.assign(line.style, {
        position: "absolute", width: "2px", background: "currentColor", opacity: "0.55",
        pointerEvents: "none", zIndex: "2",
      });
      chart.style.position = "relative";
      chart.appendChild(line);
    }
    const share = (seconds - range[0]) / (range[1] - range[0]);
    const outer = chart.getBoundingClientRect();
    const top = Math.min(...areas.map((area) => area.top));
    const bottom = Math.max(...areas.map((area) => area.bottom));
    Object.assign(line.style, {
      display: seconds > 0 && share >= 0 && share <= 1 ? "block" : "none",
      left: `${areas[0].left - outer.left + share * areas[0].width - 1}px`,
      top: `${top - outer.top}px`,
      height: `${bottom - top}px`,
    });
  };

  const look = () => {
    const seconds = video()?.currentTime ?? 0;
    for (const chart of charts()) {
      listen(chart);
      follow(chart, seconds);
    }
  };

  if (data.seek_number > state.seekNumber) {
    state.seekNumber = data.seek_number;
    seek(data.seek_s);
  }
  clearInterval(state.timer);
  state.timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return () => clearInterval(state.timer);
}
