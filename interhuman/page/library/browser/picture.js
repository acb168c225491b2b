// The small picture of an analysis: a lane for each family of signals, and the engagement.

const SVG = "http://www.w3.org/2000/svg";
const FAMILIES = [
  ["toward", "--st-blue-text-color"],
  ["unsure", "--st-gray-text-color"],
  ["away", "--st-orange-text-color"],
];
const [BIN, LANE, RIBBON] = [3, 9, 4];
const ENGAGEMENT = { e: 0.75, n: 0.4, d: 0.15 };

function rect(x, y, height, style) {
  const element = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width: BIN, height, style })) element.setAttribute(name, value);
  return element;
}

export function picture(tracks, words) {
  const bins = tracks.toward.length;
  const svg = document.createElementNS(SVG, "svg");
  const height = FAMILIES.length * LANE + RIBBON + 2;
  for (const [name, value] of Object.entries({
    viewBox: `0 0 ${bins * BIN} ${height}`,
    role: "img",
    "aria-label": words,
  })) {
    svg.setAttribute(name, value);
  }
  const title = document.createElementNS(SVG, "title");
  title.textContent = words;
  svg.append(title);
  for (const [lane, [family, color]] of FAMILIES.entries()) {
    for (const [bin, digit] of [...tracks[family]].entries()) {
      const level = (Number(digit) * (LANE - 1)) / 9;
      if (level > 0) svg.append(rect(bin * BIN, (lane + 1) * LANE - level, level, `fill: var(${color})`));
    }
  }
  for (const [bin, state] of [...tracks.engagement].entries()) {
    const shade = ENGAGEMENT[state];
    if (shade) svg.append(rect(bin * BIN, height - RIBBON, RIBBON, `fill: currentcolor; opacity: ${shade}`));
  }
  return svg;
}
